// What needs a person now: second computers that wait, conflicts, and lost connections.
// Pure. Losses that began together become one line: they have one cause, and one person walks there once.

import type { LiveRow } from "./board.ts";

export type Need =
  | { kind: "second"; id: string; row: LiveRow; since: number }
  | { kind: "conflict"; id: string; row: LiveRow }
  | { kind: "lost"; id: string; row: LiveRow; since: number | null }
  | { kind: "lost-together"; id: string; rows: LiveRow[]; since: number | null };

// A heartbeat comes every 10 s, so computers cut at once show losses up to that far apart.
export const together_gap_ms = 15_000;
export const together_at_least = 3;

// Losses without a known time (the server itself was restarted meanwhile) have that one cause.
function clusters(rows: readonly LiveRow[]): LiveRow[][] {
  const byLoss = [...rows].sort((a, b) => (a.last_activity ?? 0) - (b.last_activity ?? 0));
  const found: LiveRow[][] = [];
  for (const row of byLoss) {
    const group = found[found.length - 1];
    const last = group?.[group.length - 1];
    if (group && last && (row.last_activity ?? 0) - (last.last_activity ?? 0) <= together_gap_ms) group.push(row);
    else found.push([row]);
  }
  return found;
}

function lostNeeds(rows: readonly LiveRow[]): Need[] {
  const lost = rows.filter((row) => row.state === "terputus");
  const needs: Need[] = [];
  const folded = new Set<string>();
  for (const group of clusters(lost)) {
    const first = group[0];
    if (!first || group.length < together_at_least) continue;
    group.forEach((row) => folded.add(row.nisn));
    const rowsInOrder = lost.filter((row) => group.includes(row));
    needs.push({ kind: "lost-together", id: `together:${first.nisn}`, rows: rowsInOrder, since: first.last_activity ?? null });
  }
  for (const row of lost) {
    if (!folded.has(row.nisn)) needs.push({ kind: "lost", id: `lost:${row.nisn}`, row, since: row.last_activity ?? null });
  }
  return needs;
}

// Gravest first, and within one kind the one that has waited longest.
export function needsOf(rows: readonly LiveRow[]): Need[] {
  const second = rows
    .filter((row) => row.pending)
    .sort((a, b) => (a.pending?.since ?? 0) - (b.pending?.since ?? 0))
    .map((row): Need => ({ kind: "second", id: `second:${row.nisn}`, row, since: row.pending?.since ?? 0 }));
  const conflict = rows
    .filter((row) => row.flags?.includes("conflict"))
    .map((row): Need => ({ kind: "conflict", id: `conflict:${row.nisn}`, row }));
  return [...second, ...conflict, ...lostNeeds(rows)];
}

// Lines that ask for a press or a walk at once (the number on the menu).
export function urgentCount(needs: readonly Need[]): number {
  return needs.filter((need) => need.kind === "second" || need.kind === "conflict").length;
}

// The first of many seats and how many more there are.
export function seatList(seats: readonly string[], shown_max: number): { shown: string[]; more: number } {
  if (seats.length <= shown_max) return { shown: [...seats], more: 0 };
  return { shown: seats.slice(0, shown_max), more: seats.length - shown_max };
}
