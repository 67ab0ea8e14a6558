// Intervals in which the page could not show an item or take an answer: from the last sign of life before a reload or
// crash until items are visible again, and while the computer slept or the page was frozen in view. Pure bookkeeping;
// the attempt turns each interval into a `blocked` event.

export interface Interval { from: number; to: number }

// Shorter gaps are not worth an event.
export const leastGap_ms = 1_000;
// A visible page ticks every second; a gap this long means that it stood still.
export const frozen_ms = 5_000;

export class Blocked {
  private last_t: number | undefined;
  private wasVisible = false;

  // After a reload: the last t the page before this one was alive (if there was one), and now that items are visible.
  static afterReload(last_t: number | undefined, now_t: number): Interval | undefined {
    return last_t !== undefined && now_t - last_t >= leastGap_ms ? { from: last_t, to: now_t } : undefined;
  }

  // Call about once a second with the page's visibility. A hidden page is slowed down by the browser and is not blocked:
  // the pupil left it. `slept_ms` is a sleep that the clock noticed in this tick.
  tick(now_t: number, visible: boolean, slept_ms: number): Interval | undefined {
    const from = this.last_t;
    const sawBoth = this.wasVisible && visible;
    this.last_t = now_t;
    this.wasVisible = visible;
    if (from === undefined || !sawBoth) return undefined;
    return slept_ms > 0 || now_t - from >= frozen_ms ? { from, to: now_t } : undefined;
  }
}
