import { expect, test } from "vitest";
import { allReceived, newestReceipts, reasons } from "./receipts.ts";
import type { JournalSync, SyncStatus } from "./types.ts";

const journal = (more: Partial<JournalSync>): JournalSync => ({
  event: "Latihan", stream: "aa", last_lsn: 100, received: 100, spooled: 100, complete: true, receipts: [], last_contact: null, error: null, ...more,
});
const status = (...journals: JournalSync[]): SyncStatus => ({ journals, state: "AKTIF" });

test("everything is received only when each journal is complete, and there is one", () => {
  expect(allReceived(status(journal({})))).toBe(true);
  expect(allReceived(status(journal({}), journal({ stream: "bb", complete: false })))).toBe(false);
  expect(allReceived(status())).toBe(false);
});

test("receipts of all journals stand newest first, the rest is counted", () => {
  const one = journal({ receipts: [{ first: 1, last: 5, hash: "h1", at: 10 }, { first: 6, last: 9, hash: "h2", at: 30 }] });
  const two = journal({ stream: "bb", receipts: [{ first: 1, last: 2, hash: "h3", at: 20 }] });
  const { shown, older } = newestReceipts(status(one, two), 2);
  expect(shown.map((receipt) => `${receipt.stream} ${receipt.hash}`)).toEqual(["aa h2", "bb h3"]);
  expect(older).toBe(1);
});

test("one reason is said once", () => {
  expect(reasons(status(journal({ error: "x" }), journal({ error: "x" }), journal({})))).toEqual(["x"]);
});
