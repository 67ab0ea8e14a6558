import { expect, test } from "vitest";
import type { LiveRow } from "./board.ts";
import { needsOf, seatList, together_gap_ms, urgentCount } from "./needs.ts";

const row = (seat: number, more: Partial<LiveRow> = {}): LiveRow => ({
  nisn: `n${seat}`,
  username: `P${seat}`,
  name: `Peserta ${seat}`,
  seat,
  state: "mengerjakan",
  anchor_ms: 0,
  ...more,
});
const lost = (seat: number, last_activity: number | null) => row(seat, { state: "terputus", last_activity });

test("a room at work needs nobody", () => {
  expect(needsOf([row(1), row(2, { state: "selesai" }), row(3, { state: "belum_login" })])).toEqual([]);
});

test("losses that began together are one line in seat order", () => {
  const needs = needsOf([lost(31, 9_000), lost(32, 1_000), lost(33, 20_000), row(34)]);
  expect(needs).toHaveLength(1);
  expect(needs[0]).toMatchObject({ kind: "lost-together", since: 1_000 });
  expect(needs[0]?.kind === "lost-together" && needs[0].rows.map((each) => each.seat)).toEqual([31, 32, 33]);
});

test("two losses, or losses far apart, stay lines of their own", () => {
  expect(needsOf([lost(1, 0), lost(2, 1)]).map((need) => need.kind)).toEqual(["lost", "lost"]);
  const apart = [0, 1, 2].map((step) => lost(step, step * (together_gap_ms + 1)));
  expect(needsOf(apart).map((need) => need.kind)).toEqual(["lost", "lost", "lost"]);
});

test("a loss without a known time is still shown", () => {
  expect(needsOf([lost(1, null)])).toMatchObject([{ kind: "lost", since: null }]);
});

test("losses of unknown time are one line too", () => {
  const needs = needsOf([lost(3, null), lost(4, null), lost(5, null), lost(6, 90_000)]);
  expect(needs).toMatchObject([{ kind: "lost-together", since: null }, { kind: "lost", since: 90_000 }]);
});

test("second computers come first, longest wait first, then conflicts, then losses", () => {
  const needs = needsOf([
    lost(1, 5),
    row(2, { flags: ["conflict"] }),
    row(3, { pending: { nisn: "n3", since: 200 }, state: "komputer_kedua" }),
    row(4, { pending: { nisn: "n4", since: 100 }, state: "komputer_kedua" }),
  ]);
  expect(needs.map((need) => need.id)).toEqual(["second:n4", "second:n3", "conflict:n2", "lost:n1"]);
  expect(urgentCount(needs)).toBe(3);
});

test("a long list of seats is cut and says how many more", () => {
  expect(seatList(["1", "2"], 3)).toEqual({ shown: ["1", "2"], more: 0 });
  expect(seatList(["1", "2", "3", "4", "5"], 3)).toEqual({ shown: ["1", "2", "3"], more: 2 });
});
