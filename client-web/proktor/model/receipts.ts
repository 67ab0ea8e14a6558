// What the state of the upload means: how much the centre has, whether that is everything, which receipts to show. Pure.

import type { JournalSync, Receipt, SyncStatus } from "./types.ts";

// The last entry that must reach the centre. Receipts and signs of life follow it for ever and are not answers.
export function lastNeeded(journal: JournalSync): number {
  return journal.answers_lsn ?? journal.last_lsn;
}

export function isComplete(journal: JournalSync): boolean {
  return journal.received >= lastNeeded(journal);
}

export function allReceived(status: SyncStatus): boolean {
  const events = status.journals.filter((journal) => journal.event);
  return events.length > 0 && events.every(isComplete);
}

export type NamedReceipt = Receipt & { stream: string; event: string | null };

export function newestReceipts(status: SyncStatus, shown_max: number): { shown: NamedReceipt[]; older: number } {
  const all = status.journals
    .flatMap((journal) => journal.receipts.map((receipt) => ({ ...receipt, stream: journal.stream, event: journal.event ?? null })))
    .sort((a, b) => b.at - a.at || b.last - a.last);
  return { shown: all.slice(0, shown_max), older: Math.max(0, all.length - shown_max) };
}

// The reason the centre or the network gave, once each.
export function reasons(status: SyncStatus): string[] {
  return [...new Set(status.journals.map((journal) => journal.error).filter((error): error is string => Boolean(error)))];
}
