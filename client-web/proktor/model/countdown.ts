// Remaining times between two frames, and the server's clock, on the browser's monotonic clock.
// Pure. The PC's own clock is never asked.

import type { LiveRow } from "./board.ts";

export const monotonic_ms = (): number => performance.now();

// What is left of a row's test at the monotonic moment `at_ms`; null when no test is under way.
export function remainingOf(row: LiveRow, at_ms: number): number | null {
  if (row.remaining_ms === null || row.remaining_ms === undefined) return null;
  const gone = row.running ? Math.max(0, at_ms - row.anchor_ms) : 0;
  return Math.max(0, row.remaining_ms - gone);
}

// A value that was true at `anchor_ms` and falls with time.
export function falling(value_ms: number, anchor_ms: number, at_ms: number): number {
  return Math.max(0, value_ms - Math.max(0, at_ms - anchor_ms));
}
