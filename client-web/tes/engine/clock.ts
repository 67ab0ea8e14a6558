// Two clocks. PageTime is `t` of the events: milliseconds that go on across a reload and never go back. Countdown shows
// the time left, anchored on the monotonic clock and corrected by each reply. Neither reads the PC's clock for durations,
// except to guess what the monotonic clock did not see (a reload, a sleep); the server knows better.

export interface ClockSource {
  monotonic: () => number;  // performance.now()
  wall: () => number;  // Date.now()
}

export const browserClock: ClockSource = { monotonic: () => performance.now(), wall: () => Date.now() };

// A jump of the wall clock against the monotonic one that counts as a sleep.
export const sleepJump_ms = 2_000;

export class PageTime {
  private readonly base_ms: number;
  private lastMonotonic: number;
  private lastWall: number;

  constructor(private source: ClockSource, from_t: number) {
    this.lastMonotonic = source.monotonic();
    this.lastWall = source.wall();
    this.base_ms = from_t - this.lastMonotonic;
  }

  now(): number {
    return Math.floor(this.base_ms + this.source.monotonic());
  }

  // Call about once a second. Returns the sleep that the monotonic clock did not see; else 0. A wall clock that is merely
  // set forward looks the same: the server gives back only what its own clock was ahead.
  tick(): number {
    const monotonic = this.source.monotonic();
    const wall = this.source.wall();
    const unseen = wall - this.lastWall - (monotonic - this.lastMonotonic);
    this.lastMonotonic = monotonic;
    this.lastWall = wall;
    return unseen < sleepJump_ms ? 0 : unseen;
  }
}

export class Countdown {
  private deadline: number | undefined;
  private uncertain = false;
  private held_ms: number | undefined;

  constructor(private source: ClockSource) {}

  // From a reply: `remaining_ms` was true at some moment between asking and hearing. The shown deadline moves only when
  // it cannot be right any more, so that it does not tremble.
  correct(remaining_ms: number, asked: number, heard: number): void {
    const earliest = asked + remaining_ms;
    const latest = heard + remaining_ms;
    this.uncertain = false;
    if (this.held_ms !== undefined) this.held_ms = remaining_ms;
    if (this.deadline !== undefined && this.deadline >= earliest - 250 && this.deadline <= latest + 250) return;
    this.deadline = (earliest + latest) / 2;
  }

  // After a sleep the deadline may be wrong until the next reply.
  doubt(): void {
    this.uncertain = true;
  }

  // The exam's clock stands still: what is left is what was said last, until it goes on.
  hold(on: boolean): void {
    if (on) this.held_ms ??= this.remaining_ms();
    else if (this.held_ms !== undefined) {
      this.deadline = this.source.monotonic() + this.held_ms;
      this.held_ms = undefined;
    }
  }

  // What the next reply should say if no time was lost; below 0 after the end. Undefined until the server has spoken.
  expected_ms(): number | undefined {
    return this.held_ms ?? (this.deadline === undefined ? undefined : this.deadline - this.source.monotonic());
  }

  // Undefined until the server has said it, and while it is in doubt.
  remaining_ms(): number | undefined {
    if (this.held_ms !== undefined) return this.held_ms;
    if (this.deadline === undefined || this.uncertain) return undefined;
    return Math.max(0, this.deadline - this.source.monotonic());
  }
}
