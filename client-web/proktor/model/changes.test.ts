import { expect, test } from "vitest";
import { changesOf, edited, isAbsent } from "./changes.ts";
import type { RosterEntry } from "./types.ts";

const entry = (nisn: string, absent: boolean): RosterEntry => ({ nisn, username: nisn, name: nisn, absent });
const roster = [entry("1", false), entry("2", true), entry("3", false)];
const [first, second] = roster as [RosterEntry, RosterEntry];

test("only what differs from the server is sent, each way apart", () => {
  const edits = edited(edited(new Map(), first, true), second, false);
  expect(changesOf(roster, edits)).toEqual({ absent: ["1"], present: ["2"] });
  expect(isAbsent(first, edits)).toBe(true);
  expect(isAbsent(second, edits)).toBe(false);
});

test("ticking back leaves nothing to save", () => {
  const edits = edited(edited(new Map(), first, true), first, false);
  expect(edits.size).toBe(0);
});

test("an edit that the server meanwhile has too, and one of a participant who is gone, are not sent", () => {
  expect(changesOf(roster, new Map([["2", true], ["9", true]]))).toEqual({ absent: [], present: [] });
});
