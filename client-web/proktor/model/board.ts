// The board's rows as a value: how a frame changes them, their fixed order, what the counters say.
// Pure. Rows have one place by room, seat and name; a change of state never moves a row.

import type { BoardFrame, Pending, Row, RowState } from "./types.ts";

// A row with the moment (monotonic ms) its remaining time was true.
export type LiveRow = Row & { anchor_ms: number };

export const filters = ["semua", "belum_login", "mengerjakan", "terputus", "komputer_kedua", "selesai", "tidak_hadir"] as const;
export type Filter = (typeof filters)[number];

const statesOf: Record<Exclude<Filter, "semua">, readonly RowState[]> = {
  belum_login: ["belum_login"],
  // Logged in and not finished: the token, the pause between two tests and the test itself.
  mengerjakan: ["menunggu_token", "siap", "mengerjakan"],
  terputus: ["terputus"],
  komputer_kedua: ["komputer_kedua"],
  selesai: ["selesai"],
  tidak_hadir: ["tidak_hadir"],
};

const natural = new Intl.Collator("id", { numeric: true, sensitivity: "base" });

// Seats are numbers from 1; 0 is a participant without one.
export function seatOf(row: { seat?: number | null }): string {
  return row.seat ? String(row.seat) : "";
}

type Placed = Pick<Row, "room" | "seat" | "name" | "nisn">;

export function compareRows(a: Placed, b: Placed): number {
  return (
    natural.compare(a.room ?? "", b.room ?? "") ||
    (a.seat || Infinity) - (b.seat || Infinity) ||
    natural.compare(a.name, b.name) ||
    natural.compare(a.nisn, b.nisn)
  );
}

// A second device that waits is a state of its own, whatever the row was doing.
function withPending(row: Row, pending: Pending | null | undefined, anchor_ms: number): LiveRow {
  return { ...row, pending: pending ?? null, state: pending ? "komputer_kedua" : row.state, anchor_ms };
}

export function rowsOfBoard(frame: BoardFrame, anchor_ms: number): LiveRow[] {
  const pending = new Map((frame.pending ?? []).map((entry) => [entry.nisn, entry]));
  return frame.rows.map((row) => withPending(row, row.pending ?? pending.get(row.nisn), anchor_ms)).sort(compareRows);
}

// Changed rows replace the old ones in place; unknown ones are put where they belong.
export function mergeRows(rows: readonly LiveRow[], changed: readonly Row[], anchor_ms: number): LiveRow[] {
  if (changed.length === 0) return rows as LiveRow[];
  const fresh = new Map(changed.map((row) => [row.nisn, withPending(row, row.pending, anchor_ms)]));
  let resort = false;
  const merged = rows.map((row) => {
    const next = fresh.get(row.nisn);
    if (!next) return row;
    fresh.delete(row.nisn);
    resort ||= compareRows(row, next) !== 0;
    return next;
  });
  merged.push(...fresh.values());
  return resort || fresh.size > 0 ? merged.sort(compareRows) : merged;
}

export function matches(row: Row, filter: Filter): boolean {
  return filter === "semua" || statesOf[filter].includes(row.state);
}

export function countRows(rows: readonly Row[]): Record<Filter, number> {
  const counts: Record<Filter, number> = {
    semua: rows.length,
    belum_login: 0,
    mengerjakan: 0,
    terputus: 0,
    komputer_kedua: 0,
    selesai: 0,
    tidak_hadir: 0,
  };
  for (const row of rows) {
    for (const filter of filters) {
      if (filter !== "semua" && matches(row, filter)) counts[filter] += 1;
    }
  }
  return counts;
}

// Those who hold a card of this sitting, came, and have not handed in everything.
export function unfinished(rows: readonly LiveRow[]): LiveRow[] {
  return rows.filter((row) => row.state !== "selesai" && row.state !== "tidak_hadir");
}

// Up to three digits are a seat; anything else is looked for in name, username and the start of the NISN.
export function matchesSearch(row: { name: string; username: string; nisn: string; seat?: number | null }, text: string): boolean {
  const wanted = text.trim().toLocaleLowerCase("id");
  if (wanted === "") return true;
  if (/^\d{1,3}$/.test(wanted)) return row.seat === Number(wanted);
  return (
    row.name.toLocaleLowerCase("id").includes(wanted) ||
    row.username.toLocaleLowerCase("id").includes(wanted) ||
    row.nisn.startsWith(wanted)
  );
}
