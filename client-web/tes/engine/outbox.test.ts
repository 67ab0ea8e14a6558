import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { beforeEach, describe, expect, it } from "vitest";
import { firstHead, nextHead } from "./chain.ts";
import type { EventBody } from "./event.ts";
import { keepAfterClosing_ms, Outbox, type Joining } from "./outbox.ts";

globalThis.IDBKeyRange = IDBKeyRange;

let factory: IDBFactory;
let now = 1_000_000;
const open = (): Promise<Outbox> => Outbox.open(factory, () => now);
const attempt = "00112233445566778899aabbccddeeff";
const first = firstHead(attempt, 0, 1, "0".repeat(64));
const joining = (more: Partial<Joining> = {}): Joining => ({
  attempt, term: 0, n: 1, parent: "0".repeat(64), ticket: "t", hwm: 0, head: first, participant: "0129900001",
  username: "K1", test: "latihan", ...more,
});

const anew = (own: EventBody[]): EventBody[] => own.filter(({ kind }) => kind === "answer");

beforeEach(() => { factory = new IDBFactory(); now = 1_000_000; });

async function written(): Promise<Outbox> {
  const outbox = await open();
  await outbox.join(joining(), anew);
  await outbox.append({ kind: "visit", item: "i1" }, 1);
  await outbox.append({ kind: "answer", item: "i1", value: { r1: "c1" } }, 2);
  await outbox.append({ kind: "answer", item: "i2", value: { r1: "c2" } }, 3);
  return outbox;
}

describe("the outbox", () => {
  it("gives back the same lines and the same chain after the page is loaded anew", async () => {
    const before = await written();
    const after = await open();
    await after.join(joining({ hwm: 1, head: before.events[0]!.head }), anew);
    expect(after.batch(1, 10, 60_000).map((event) => event.line)).toEqual(before.events.slice(1).map((event) => event.line));
    const next = await after.append({ kind: "flag", item: "i1", value: true }, 4);
    expect(next.seq).toBe(4);
    expect(next.head).toBe(nextHead(before.record!.head, next.line));
  });

  it("offers nothing for sending before it is on this computer's disk", async () => {
    const outbox = await open();
    await outbox.join(joining(), anew);
    const writing = outbox.append({ kind: "visit", item: "i1" }, 1);
    expect(outbox.batch(0, 10, 60_000)).toEqual([]);
    await writing;
    expect(outbox.batch(0, 10, 60_000)).toHaveLength(1);
  });

  it("asks IndexedDB for strict durability", async () => {
    const asked: (string | undefined)[] = [];
    const db = await new Promise<IDBDatabase>((resolve) => {
      const request = factory.open("probe", 1);
      request.onsuccess = () => resolve(request.result);
    });
    const prototype = Object.getPrototypeOf(db) as IDBDatabase;
    const original = prototype.transaction;
    prototype.transaction = function (names, mode, options) {
      if (mode === "readwrite") asked.push(options?.durability);
      return original.call(this, names, mode, options);
    };
    try {
      const outbox = await open();
      await outbox.join(joining(), anew);
      asked.length = 0;
      await outbox.append({ kind: "visit", item: "i1" }, 1);
      await outbox.saveDraft("i1", { r1: "ab" });
      expect(asked).toEqual(["strict", "strict"]);
    } finally {
      prototype.transaction = original;
    }
  });

  const lines = (outbox: Outbox): unknown[] => outbox.batch(0, 100, 60_000).map((event) => JSON.parse(event.line) as unknown);

  it("writes all of it anew, in one step on disk, when the server's chain is another one", async () => {
    const before = await written();
    await before.append({ kind: "blocked", value: { from: 1, to: 5 } }, 6);
    await before.append({ kind: "submit" }, 7);
    const outbox = await open();
    await outbox.join(joining({ hwm: 3, head: "ab".repeat(32) }), anew);
    const anewLines = [
      { v: 1, seq: 4, kind: "blocked", value: { from: 1, to: 5 }, t: 7 },
      { v: 1, seq: 5, kind: "answer", item: "i1", value: { r1: "c1" }, t: 7 },
      { v: 1, seq: 6, kind: "answer", item: "i2", value: { r1: "c2" }, t: 7 },
      { v: 1, seq: 7, kind: "submit", t: 7 },
    ];
    expect(lines(outbox)).toEqual(anewLines);
    expect(outbox.record).toMatchObject({ base_seq: 3, base_head: "ab".repeat(32), seq: 7, submit_seq: 7, hwm: 3 });
    // The page dies right here: nothing hangs on what it would have written next.
    const again = await open();
    await again.join(joining({ hwm: 3, head: "ab".repeat(32) }), () => { throw new Error("it fits"); });
    expect(lines(again)).toEqual(anewLines);
    expect(again.record!.head).toBe(outbox.record!.head);
  });

  it("goes on from the server when this computer knows less, and does not put its older answers over newer ones", async () => {
    await written();
    const outbox = await open();
    await outbox.join(joining({ hwm: 9, head: "cd".repeat(32) }), anew);
    expect(lines(outbox)).toEqual([]);
    expect((await outbox.append({ kind: "visit", item: "i3" }, 9)).seq).toBe(10);
  });

  it("takes a mark for its own only with the head of its own chain, at every place of it", async () => {
    const outbox = await written();
    expect(outbox.covers(0, first)).toBe(true);
    for (const { seq, head } of outbox.events) {
      expect(outbox.covers(seq, head)).toBe(true);
      expect(outbox.covers(seq, "ab".repeat(32))).toBe(false);
      expect(outbox.covers(seq + 1, head)).toBe(false);
      expect(outbox.covers(seq, undefined)).toBe(false);
    }
    expect(outbox.covers(4, undefined)).toBe(false);
    const later = await open();
    await later.join(joining({ hwm: 9, head: "cd".repeat(32) }), anew);
    expect(later.covers(8, "cd".repeat(32))).toBe(false);
    expect(later.covers(9, "cd".repeat(32))).toBe(true);
    expect(later.covers(9, "ab".repeat(32))).toBe(false);
  });

  it("keeps a draft until its event, and only for its own epoch", async () => {
    const outbox = await written();
    expect(await outbox.saveDraft("i4", { r1: "Kar" })).toBe(true);
    const again = await open();
    await again.join(joining({ hwm: 3, head: outbox.record!.head }), anew);
    expect((await again.drafts()).map((draft) => draft.value)).toEqual([{ r1: "Kar" }]);
    await again.append({ kind: "answer", item: "i4", value: { r1: "Karena" } }, 5);
    expect(await again.drafts()).toEqual([]);
    await again.saveDraft("i5", { r1: "x" });
    await again.join(joining({ n: 2, head: firstHead(attempt, 0, 2, "0".repeat(64)) }), anew);
    expect(await again.drafts()).toEqual([]);
  });

  it("wipes another pupil's data only when the server has all of it", async () => {
    const outbox = await written();
    await outbox.wipeOthers("0129900002");
    expect(await (await open()).leftovers()).toHaveLength(1);
    const [left] = await outbox.leftovers();
    expect(left!.events).toHaveLength(3);
    await outbox.handedOver({ ...left!.record, hwm: 3 });
    await outbox.wipeOthers("0129900002");
    const later = await open();
    expect(await later.leftovers()).toEqual([]);
    expect(await later.unfinished()).toEqual([]);
  });

  it("keeps everything for 12 h after closing and not longer", async () => {
    const outbox = await written();
    await outbox.close();
    now += keepAfterClosing_ms - 1;
    expect(await (await open()).leftovers()).toHaveLength(1);
    now += 2;
    expect(await (await open()).leftovers()).toEqual([]);
  });

  it("works from memory when this computer cannot store, and says so", async () => {
    const outbox = await Outbox.open(undefined);
    await outbox.join(joining(), anew);
    await outbox.append({ kind: "visit", item: "i1" }, 1);
    expect(outbox.stores).toBe(false);
    expect(outbox.batch(0, 10, 60_000)).toHaveLength(1);
  });

  it("keeps the device id, in the store or by the cookie's copy", async () => {
    const device = await (await open()).device(undefined);
    expect(device).toMatch(/^[0-9a-f]{32}$/);
    expect(await (await open()).device(undefined)).toBe(device);
    factory = new IDBFactory();
    expect(await (await open()).device(device)).toBe(device);
    factory = new IDBFactory();
    expect(await (await open()).device("../etc")).not.toBe("../etc");
  });
});
