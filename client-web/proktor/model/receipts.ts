// What the state of the upload means: how much the centre has, whether that is everything, which receipts to show. Pure.

import type { Receipt, SyncStatus } from "./types.ts";

// Without any journal nothing was received: that is no verdict.
export function allReceived(status: SyncStatus): boolean {
  return status.journals.length > 0 && status.journals.every((journal) => journal.complete);
}

export type NamedReceipt = Receipt & { stream: string; event: string };

export function newestReceipts(status: SyncStatus, shown_max: number): { shown: NamedReceipt[]; older: number } {
  const all = status.journals
    .flatMap((journal) => journal.receipts.map((receipt) => ({ ...receipt, stream: journal.stream, event: journal.event })))
    .sort((a, b) => b.at - a.at || b.last - a.last);
  return { shown: all.slice(0, shown_max), older: Math.max(0, all.length - shown_max) };
}

// The reason the centre or the network gave, once each.
export function reasons(status: SyncStatus): string[] {
  return [...new Set(status.journals.map((journal) => journal.error).filter((error): error is string => Boolean(error)))];
}
