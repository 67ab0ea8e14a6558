import { describe, expect, test } from "vitest";
import { compareRows, countRows, matches, matchesSearch, mergeRows, rowsOfBoard, unfinished } from "./board.ts";
import type { BoardFrame, Row, RowState } from "./types.ts";

const row = (seat: number, state: RowState, more: Partial<Row> = {}): Row => ({
  nisn: `00${100 + seat}`,
  username: `P${seat}`,
  name: `Peserta ${seat}`,
  seat,
  room: "R1",
  state,
  ...more,
});

const frame = (rows: Row[], more: Partial<BoardFrame> = {}): BoardFrame => ({
  sitting: { id: "S1" },
  token: null,
  rows,
  now: 0,
  server: { state: "ok", queue: 0 },
  alarms: [],
  ...more,
});

describe("rows of the board", () => {
  test("stand in seat order read as numbers, whatever order the server sends", () => {
    const rows = rowsOfBoard(frame([row(10, "siap"), row(2, "siap"), row(1, "siap")]), 5);
    expect(rows.map((each) => each.seat)).toEqual([1, 2, 10]);
    expect(rows.every((each) => each.anchor_ms === 5)).toBe(true);
  });

  test("put participants without a seat last, by name", () => {
    const rows = rowsOfBoard(frame([row(1, "siap", { nisn: "b", seat: 0, name: "Budi" }), row(1, "siap", { nisn: "a", seat: null, name: "Ani" }), row(9, "siap")]), 0);
    expect(rows.map((each) => each.name)).toEqual(["Peserta 9", "Ani", "Budi"]);
  });

  test("show a waiting second computer from the list of the frame as from the row itself", () => {
    const waiting = { nisn: "00101", since: 7 };
    const fromList = rowsOfBoard(frame([row(1, "mengerjakan")], { pending: [waiting] }), 0);
    const fromRow = rowsOfBoard(frame([row(1, "mengerjakan", { pending: waiting })]), 0);
    expect(fromList[0]?.state).toBe("komputer_kedua");
    expect(fromRow[0]?.pending).toEqual(waiting);
  });
});

describe("a frame of changes", () => {
  const before = rowsOfBoard(frame([row(1, "mengerjakan"), row(2, "terputus"), row(3, "selesai")]), 0);

  test("replaces changed rows where they stand and leaves the others untouched", () => {
    const after = mergeRows(before, [row(2, "mengerjakan", { answered: 4 })], 900);
    expect(after.map((each) => each.seat)).toEqual([1, 2, 3]);
    expect(after[0]).toBe(before[0]);
    expect(after[1]).toMatchObject({ state: "mengerjakan", answered: 4, anchor_ms: 900 });
  });

  test("ends a wait when the changed row has no pending login any more", () => {
    const waiting = mergeRows(before, [row(1, "komputer_kedua", { pending: { nisn: "00101", since: 1 } })], 1);
    const after = mergeRows(waiting, [row(1, "mengerjakan")], 2);
    expect(after[0]?.pending).toBeNull();
    expect(after[0]?.state).toBe("mengerjakan");
  });

  test("puts an unknown participant where the seat belongs", () => {
    const after = mergeRows(before, [row(9, "belum_login", { seat: 2 })], 1);
    expect(after.map((each) => each.name)).toEqual(["Peserta 1", "Peserta 2", "Peserta 9", "Peserta 3"]);
  });

  test("moves a row only when its seat changed", () => {
    const after = mergeRows(before, [row(1, "mengerjakan", { seat: 40 })], 1);
    expect(after.map((each) => each.seat)).toEqual([2, 3, 40]);
  });

  test("without rows is no change at all", () => {
    expect(mergeRows(before, [], 1)).toBe(before);
  });
});

describe("counters", () => {
  const rows = rowsOfBoard(
    frame([
      row(1, "belum_login"),
      row(2, "menunggu_token"),
      row(3, "siap"),
      row(4, "mengerjakan"),
      row(5, "terputus"),
      row(6, "mengerjakan", { pending: { nisn: "00106", since: 1 } }),
      row(7, "selesai"),
      row(8, "tidak_hadir"),
    ]),
    0,
  );

  test("count every participant once beside the sum", () => {
    const counts = countRows(rows);
    expect(counts).toEqual({ semua: 8, belum_login: 1, mengerjakan: 3, terputus: 1, komputer_kedua: 1, selesai: 1, tidak_hadir: 1 });
    const { semua, ...parts } = counts;
    expect(Object.values(parts).reduce((sum, count) => sum + count, 0)).toBe(semua);
  });

  test("say as many as the filter then shows", () => {
    expect(rows.filter((each) => matches(each, "mengerjakan")).map((each) => each.seat)).toEqual([2, 3, 4]);
  });

  test("leave out the finished and the absent when a sitting is to be closed", () => {
    expect(unfinished(rows).map((each) => each.seat)).toEqual([1, 2, 3, 4, 5, 6]);
  });
});

test("the search takes up to three digits for a seat, the rest for name, username or the start of a NISN", () => {
  const rows = [row(1, "siap", { name: "Bella Oktavira" }), row(11, "siap", { name: "Cahya" })];
  const found = (text: string) => rows.filter((each) => matchesSearch(each, text)).map((each) => each.seat);
  expect(found(" oktav ")).toEqual([1]);
  expect(found("p11")).toEqual([11]);
  expect(found("1")).toEqual([1]);
  expect(found("011")).toEqual([11]);
  expect(found("0011")).toEqual([11]);
  expect(found("")).toEqual([1, 11]);
  expect(found("x")).toEqual([]);
});

test("comparing a row with itself is even", () => {
  expect(compareRows(row(1, "siap"), row(1, "selesai"))).toBe(0);
});
