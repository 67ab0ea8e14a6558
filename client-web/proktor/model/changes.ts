// Attendance as edits on the roster: only what differs from the server is sent. Pure.

import type { RosterEntry } from "./types.ts";

// nisn -> absent, as ticked here and not yet saved.
export type Edits = ReadonlyMap<string, boolean>;

export function isAbsent(entry: RosterEntry, edits: Edits): boolean {
  return edits.get(entry.nisn) ?? entry.absent;
}

// An edit back to what the server has is no edit.
export function edited(edits: Edits, entry: RosterEntry, absent: boolean): Map<string, boolean> {
  const next = new Map(edits);
  if (entry.absent === absent) next.delete(entry.nisn);
  else next.set(entry.nisn, absent);
  return next;
}

export function changesOf(roster: readonly RosterEntry[], edits: Edits): { absent: string[]; present: string[] } {
  const changed = roster.filter((entry) => edits.has(entry.nisn) && edits.get(entry.nisn) !== entry.absent);
  return {
    absent: changed.filter((entry) => edits.get(entry.nisn)).map((entry) => entry.nisn),
    present: changed.filter((entry) => !edits.get(entry.nisn)).map((entry) => entry.nisn),
  };
}
