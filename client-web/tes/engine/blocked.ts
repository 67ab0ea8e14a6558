// Intervals in which the page could not show an item or take an answer: from the last sign of life before a reload or
// crash until items are visible again, and while the computer slept or the page was frozen in view. Pure bookkeeping;
// the attempt turns each interval into a `blocked` event. What lies after the event's own t is time that the page's clock
// did not see; the server gives of it no more than its clock was ahead.

export interface Interval { from: number; to: number }

// Shorter gaps are not worth an event.
export const leastGap_ms = 1_000;
// A visible page ticks every second; a gap this long means that it stood still.
export const frozen_ms = 2_500;
// What the server may count beyond this page's clock before it tells of a sleep: the network, and a clock that runs slow.
const unexplained_ms = 2_000;
const clockErrorPer = 50;

// The last sign of life of the page before this one; `left`: the time left then, as the server had said.
export interface LastLife { t: number; left?: number | undefined }

// How long it was away: what the server counted meanwhile; the PC's clock only where that cannot tell. A clock that was
// reset while the PC was off changes nothing then.
export function away_ms(life: LastLife, remaining_ms: number, wall_ms: number): number {
  if (life.left === undefined) return Math.max(0, wall_ms);
  return Math.max(0, remaining_ms > 0 ? life.left - remaining_ms : Math.max(life.left, wall_ms));
}

// A reply says `remaining_ms` where this page had expected `expected_ms`, `since_ms` after the one before: a sleep that no
// clock of this computer shows.
export function hiddenSleep_ms(expected_ms: number, remaining_ms: number, since_ms: number, duration_ms: number): number {
  const gone = expected_ms - remaining_ms;
  if (gone < unexplained_ms + since_ms / clockErrorPer) return 0;
  return remaining_ms > 0 ? gone : duration_ms;
}

export class Blocked {
  private last_t: number | undefined;
  private wasVisible = false;

  // Call about once a second with the page's visibility. A hidden page is slowed down by the browser and is not blocked:
  // the pupil left it. `slept_ms` is a sleep that the clock noticed in this tick.
  tick(now_t: number, visible: boolean, slept_ms: number): Interval[] {
    const from = this.last_t;
    const sawBoth = this.wasVisible && visible;
    this.last_t = now_t;
    this.wasVisible = visible;
    if (from === undefined || !sawBoth) return [];
    const stood = now_t - from >= frozen_ms ? [{ from, to: now_t }] : [];
    return slept_ms > 0 ? [...stood, { from: now_t, to: now_t + slept_ms }] : stood;
  }
}
