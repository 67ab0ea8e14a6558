// What of the pupil's time was lost on this computer: joins the marks of life, the clocks and the server's count, and
// remembers which intervals the server has still to count. Says which `blocked` intervals are to be told; tells none.
import { away_ms, Blocked, hiddenSleep_ms, leastGap_ms, type Interval } from "./blocked.ts";
import type { ClockSource, Countdown } from "./clock.ts";
import { lastLife, saveLife } from "./life.ts";
import type { Outbox } from "./outbox.ts";
import type { Prepared } from "./wire.ts";

// Time runs this long after the items were handed out at the latest (DESIGN 8).
const startAfterItems_ms = 60_000;

const inView = (): boolean => typeof document === "undefined" || document.visibilityState === "visible";

export class LostTime {
  // t of this page when it begins.
  readonly since_t: number;
  private from_t: number;
  private away_ms: number;
  private blocked = new Blocked();
  private promised: { seq: number; ms: number; seen_ms: number }[] = [];
  private heardAt: number;
  // Of the time since prepare, what may have passed before the exam's clock ran.
  private notRunning_ms: number;

  constructor(clock: ClockSource, private outbox: Outbox, private prepared: Prepared, private countdown: Countdown) {
    const record = outbox.record!;
    const life = lastLife(record.attempt, record.epoch);
    this.heardAt = clock.monotonic();
    const runs = prepared.started || prepared.remaining_ms < prepared.test.duration_ms;
    this.notRunning_ms = runs ? 0 : startAfterItems_ms;
    this.from_t = Math.max(record.last_t, life?.t ?? 0);
    // Told by the page before this one; the server has still to count it.
    for (const { kind, seq, line } of outbox.events) {
      if (kind !== "blocked" || seq <= prepared.hwm) continue;
      const { value, t } = JSON.parse(line) as { value: Interval; t: number };
      this.told(value, seq, t);
    }
    if (!life && outbox.events.length === 0) {
      // Another computer was used before, or nothing is left of it here: the server's word.
      this.away_ms = prepared.silent_ms ?? 0;
      this.since_t = this.from_t + this.away_ms;
      return;
    }
    const wall_ms = Math.max(0, clock.wall() - record.origin_ms - this.from_t);
    const left = life?.left === undefined ? undefined : life.left - (this.from_t - life.t) - this.seen_ms(prepared.hwm);
    this.away_ms = away_ms({ t: this.from_t, left }, prepared.remaining_ms, wall_ms);
    this.since_t = this.from_t + Math.max(this.away_ms, wall_ms);
  }

  // Items are visible.
  begin(now_t: number): Interval[] {
    return worth([{ from: this.from_t, to: this.from_t + this.away_ms + now_t - this.since_t }]);
  }

  // About once a second.
  tick(now_t: number, slept_ms: number): Interval[] {
    return worth(this.blocked.tick(now_t, inView(), slept_ms));
  }

  // A reply: its time left goes to the countdown. `mark`: what the server had counted before.
  hear(remaining_ms: number, asked: number, heard: number, now_t: number, mark: number): Interval[] {
    const expected_ms = this.expected_ms();
    const sure = expected_ms !== undefined && inView() && this.promised_ms(mark) === 0;
    const slept_ms = sure ? hiddenSleep_ms(expected_ms, remaining_ms, heard - this.heardAt, this.prepared.test.duration_ms) : 0;
    this.heardAt = heard;
    this.notRunning_ms = 0;
    this.countdown.correct(remaining_ms, asked, heard);
    return worth([{ from: now_t, to: now_t + slept_ms }]);
  }

  private expected_ms(): number | undefined {
    const ms = this.countdown.expected_ms();
    return ms === undefined || this.notRunning_ms === 0 ? ms : Math.min(this.prepared.remaining_ms, ms + this.notRunning_ms);
  }

  told(gap: Interval, seq: number, t: number): void {
    this.promised.push({ seq, ms: gap.to - gap.from, seen_ms: Math.max(0, Math.min(gap.to, t) - gap.from) });
  }

  // Told, but not yet counted by a server that has everything up to `mark`.
  promised_ms(mark: number): number {
    this.promised = this.promised.filter(({ seq }) => seq > mark);
    return this.promised.reduce((sum, { ms }) => sum + ms, 0);
  }

  // Of that, what ran off the countdown: it did not see a sleep.
  private seen_ms(mark: number): number {
    return this.promised.filter(({ seq }) => seq > mark).reduce((sum, { seen_ms }) => sum + seen_ms, 0);
  }

  // The time is over, also what is still to be given back.
  over(mark: number): boolean {
    return this.countdown.remaining_ms() === 0 && (this.countdown.expected_ms() ?? 0) + this.promised_ms(mark) <= 0;
  }

  // A sign of life for the page after this one.
  live(now_t: number, mark: number): void {
    const record = this.outbox.record;
    const expected_ms = this.countdown.expected_ms();
    const left = expected_ms === undefined ? undefined : Math.max(0, expected_ms + this.seen_ms(mark));
    if (record) saveLife(record.attempt, record.epoch, now_t, left);
  }
}

function worth(gaps: Interval[]): Interval[] {
  return gaps.filter(({ from, to }) => to - from >= leastGap_ms);
}
