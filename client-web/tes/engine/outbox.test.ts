import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { beforeEach, describe, expect, it } from "vitest";
import { firstHead, nextHead } from "./chain.ts";
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

beforeEach(() => { factory = new IDBFactory(); now = 1_000_000; });

async function written(): Promise<Outbox> {
  const outbox = await open();
  await outbox.join(joining());
  await outbox.append({ kind: "visit", item: "i1" }, 1);
  await outbox.append({ kind: "answer", item: "i1", value: { r1: "c1" } }, 2);
  await outbox.append({ kind: "answer", item: "i2", value: { r1: "c2" } }, 3);
  return outbox;
}

describe("the outbox", () => {
  it("gives back the same lines and the same chain after the page is loaded anew", async () => {
    const before = await written();
    const after = await open();
    expect(await after.join(joining({ hwm: 1, head: before.events[0]!.head }))).toEqual([]);
    expect(after.batch(1, 10, 60_000).map((event) => event.line)).toEqual(before.events.slice(1).map((event) => event.line));
    const next = await after.append({ kind: "flag", item: "i1", value: true }, 4);
    expect(next.seq).toBe(4);
    expect(next.head).toBe(nextHead(before.record!.head, next.line));
  });

  it("offers nothing for sending before it is on this computer's disk", async () => {
    const outbox = await open();
    await outbox.join(joining());
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
      await outbox.join(joining());
      asked.length = 0;
      await outbox.append({ kind: "visit", item: "i1" }, 1);
      await outbox.saveDraft("i1", { r1: "ab" });
      expect(asked).toEqual(["strict", "strict"]);
    } finally {
      prototype.transaction = original;
    }
  });

  it("takes the server's mark and returns its own tail when the chains do not fit", async () => {
    await written();
    const outbox = await open();
    const rewrite = await outbox.join(joining({ hwm: 2, head: "ab".repeat(32) }));
    expect(rewrite).toEqual([{ kind: "answer", item: "i2", value: { r1: "c2" } }]);
    expect(outbox.record).toMatchObject({ seq: 2, head: "ab".repeat(32) });
    expect(outbox.batch(2, 10, 60_000)).toEqual([]);
  });

  it("goes on from the server when this computer knows less", async () => {
    await written();
    const outbox = await open();
    expect(await outbox.join(joining({ hwm: 9, head: "cd".repeat(32) }))).toEqual([]);
    expect((await outbox.append({ kind: "visit", item: "i3" }, 9)).seq).toBe(10);
    expect(outbox.covers(8)).toBe(false);
    expect(outbox.covers(9)).toBe(true);
  });

  it("keeps a draft until its event, and only for its own epoch", async () => {
    const outbox = await written();
    expect(await outbox.saveDraft("i4", { r1: "Kar" })).toBe(true);
    const again = await open();
    await again.join(joining({ hwm: 3, head: outbox.record!.head }));
    expect((await again.drafts()).map((draft) => draft.value)).toEqual([{ r1: "Kar" }]);
    await again.append({ kind: "answer", item: "i4", value: { r1: "Karena" } }, 5);
    expect(await again.drafts()).toEqual([]);
    await again.saveDraft("i5", { r1: "x" });
    await again.join(joining({ n: 2, head: firstHead(attempt, 0, 2, "0".repeat(64)) }));
    expect(await again.drafts()).toEqual([]);
  });

  it("wipes another pupil's data only when the server has all of it", async () => {
    const outbox = await written();
    await outbox.wipeOthers("0129900002");
    expect(await (await open()).leftovers()).toHaveLength(1);
    const [left] = await outbox.leftovers();
    expect(left!.events).toHaveLength(3);
    await outbox.handedOver(left!.record, 3);
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
    await outbox.join(joining());
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
