// The events of the attempts on this computer, on its disk before they are sent: exact lines, chain heads, drafts of
// typed text, tickets. Owns the sequence and the chain of the open attempt. Does not send and knows no screen.
// Everything is kept until 12 h after an attempt closed; another pupil's data is wiped as soon as it is handed over.
import { randomHex } from "../../shared/sha256.ts";
import { firstHead, nextHead } from "./chain.ts";
import { openDatabase, read, stores, write } from "./db.ts";
import { eventLine, type EventBody, type EventKind } from "./event.ts";
import type { ItemValue } from "./wire.ts";

export const keepAfterClosing_ms = 12 * 3_600_000;
const keepUnclosed_ms = 7 * 24 * 3_600_000;

// One attempt in one epoch.
export interface AttemptRecord {
  attempt: string; epoch: string; term: number; n: number; parent: string; ticket: string;
  participant: string; username: string; test: string;
  // Where this computer's own part of the chain begins, and where it stands.
  base_seq: number; base_head: string; seq: number; head: string;
  // The server's durable mark as last heard.
  hwm: number;
  submit_seq?: number; closed_at?: number; touched_at: number;
  // Wall clock at t = 0, and the last t that was used: the axis survives a reload.
  origin_ms: number; last_t: number;
}

export interface StoredEvent {
  attempt: string; epoch: string; seq: number; line: string; head: string; kind: EventKind; item?: string | undefined;
}

export interface Draft { attempt: string; item: string; epoch: string; value: ItemValue }

// What the server says about the attempt when it is prepared.
export interface Joining {
  attempt: string; term: number; n: number; parent: string; ticket: string; hwm: number; head: string;
  participant: string; username: string; test: string;
}

export const epochText = (term: number, n: number): string => `${term}.${n}`;

// The head after `seq` as this computer wrote it. A mark of the server counts only beside this very head: then it holds
// everything up to there with the same bytes.
export function headAt(record: AttemptRecord | undefined, events: StoredEvent[], seq: unknown): string | undefined {
  return record?.base_seq === seq ? record?.base_head : events.find((event) => event.seq === seq)?.head;
}

export class Outbox {
  // False when this computer cannot store: events then live in memory only and are sent at once.
  get stores(): boolean { return this.db !== undefined && !this.broken; }
  record: AttemptRecord | undefined;
  // All events of the open attempt and epoch that this computer wrote, by seq.
  events: StoredEvent[] = [];
  // Highest seq that is on this computer's disk.
  durable_seq = 0;
  private broken = false;

  private constructor(private db: IDBDatabase | undefined, private now: () => number) {}

  static async open(factory: IDBFactory | undefined = globalThis.indexedDB, now: () => number = Date.now): Promise<Outbox> {
    const outbox = new Outbox(await openDatabase(factory), now);
    await outbox.purge();
    return outbox;
  }

  // This browser's 16 random bytes; `remembered` is the copy in the cookie, for a store that was cleared.
  async device(remembered: string | undefined): Promise<string> {
    const stored = this.db ? await read<string | undefined>(this.db, stores.meta, (meta) => meta.get("device")).catch(() => undefined) : undefined;
    const device = stored ?? (remembered && /^[0-9a-f]{32}$/.test(remembered) ? remembered : randomHex(16));
    if (stored === undefined) await this.attempt([stores.meta], "strict", (tx) => tx.objectStore(stores.meta).put(device, "device"));
    return device;
  }

  // Opens the attempt at the server's mark. What this computer wrote beyond the mark stays and is sent again; when it
  // does not fit the server's chain, it goes, and in the same step on disk comes what `rewrite` makes of it: of all of it
  // when the server's chain is another one.
  async join(server: Joining, rewrite: (own: EventBody[]) => EventBody[]): Promise<void> {
    const epoch = epochText(server.term, server.n);
    const old = await this.readRecord(server.attempt, epoch);
    const events = old ? await this.readEvents(server.attempt, epoch) : [];
    const tail = events.filter((event) => event.seq > server.hwm);
    const known = headAt(old, events, server.hwm);
    if (old && tail.length === old.seq - server.hwm && known === server.head) {
      this.record = { ...old, ticket: server.ticket, hwm: server.hwm };
      this.events = events;
      this.durable_seq = old.seq;
      await this.attempt([stores.records], "strict", (tx) => tx.objectStore(stores.records).put(this.record));
      return;
    }
    const own = (known === undefined || known === server.head ? tail : events).map(bodyOf);
    const bodies = [...own.filter(({ kind }) => kind === "blocked"), ...rewrite(own), ...own.filter(({ kind }) => kind === "submit")];
    const head = server.hwm === 0 ? firstHead(server.attempt, server.term, server.n, server.parent) : server.head;
    this.record = {
      attempt: server.attempt, epoch, term: server.term, n: server.n, parent: server.parent, ticket: server.ticket,
      participant: server.participant, username: server.username, test: server.test,
      base_seq: server.hwm, base_head: head, seq: server.hwm, head, hwm: server.hwm,
      touched_at: this.now(), origin_ms: old?.origin_ms ?? this.now(), last_t: old?.last_t ?? 0,
    };
    this.events = [];
    this.durable_seq = server.hwm;
    const { record } = this;
    for (const body of bodies) this.next(record, body, record.last_t);
    await this.save(record, this.events, (tx) => tx.objectStore(stores.events).delete(range(server.attempt, epoch)));
  }

  // Takes the next seq and chain head at once; resolves when the event is on this computer's disk. A draft of its item
  // goes in the same transaction. When storing fails the event stays in memory and `stores` turns false.
  async append(body: EventBody, t: number): Promise<StoredEvent> {
    const record = this.record;
    if (!record) throw new Error("no attempt is open");
    const event = this.next(record, body, t);
    await this.save(record, [event], (tx) => {
      if (body.kind === "answer" || body.kind === "clear") tx.objectStore(stores.drafts).delete([record.attempt, body.item ?? ""]);
    });
    return event;
  }

  private next(record: AttemptRecord, body: EventBody, t: number): StoredEvent {
    const seq = record.seq + 1;
    const line = eventLine(seq, body, t);
    const event: StoredEvent = {
      attempt: record.attempt, epoch: record.epoch, seq, line, head: nextHead(record.head, line), kind: body.kind, item: body.item,
    };
    record.seq = seq;
    record.head = event.head;
    record.last_t = Math.max(record.last_t, t);
    record.touched_at = this.now();
    if (body.kind === "submit") record.submit_seq = seq;
    this.events.push(event);
    return event;
  }

  // The newest events with the record as it stands now, after `first`, in one step.
  private async save(record: AttemptRecord, events: StoredEvent[], first: (tx: IDBTransaction) => void): Promise<void> {
    const snapshot = { ...record };
    const done = await this.attempt([stores.events, stores.records, stores.drafts], "strict", (tx) => {
      first(tx);
      for (const event of events) tx.objectStore(stores.events).put(event);
      tx.objectStore(stores.records).put(snapshot);
    });
    if (done && this.record === record) this.durable_seq = Math.max(this.durable_seq, snapshot.seq);
  }

  // The text in a field, before it is an event. True when it is on this computer's disk.
  async saveDraft(item: string, value: ItemValue): Promise<boolean> {
    const record = this.record;
    if (!record) return false;
    const draft: Draft = { attempt: record.attempt, item, epoch: record.epoch, value };
    return this.attempt([stores.drafts], "strict", (tx) => tx.objectStore(stores.drafts).put(draft));
  }

  // Drafts that never became events, of this attempt and epoch only.
  async drafts(): Promise<Draft[]> {
    const record = this.record;
    if (!record || !this.db) return [];
    const all = await read<Draft[]>(this.db, stores.drafts, (drafts) =>
      drafts.getAll(IDBKeyRange.bound([record.attempt], [record.attempt, []]))).catch(() => []);
    return all.filter((draft) => draft.epoch === record.epoch);
  }

  // What may be sent: after the mark, on disk (or in memory where nothing can be stored), within both limits.
  batch(after: number, limit_lines: number, limit_bytes: number): StoredEvent[] {
    const last = this.stores ? this.durable_seq : (this.record?.seq ?? 0);
    const taken: StoredEvent[] = [];
    let bytes = 0;
    for (const event of this.events) {
      if (event.seq <= after) continue;
      if (event.seq > last || taken.length >= limit_lines) break;
      bytes += event.line.length * 3 + 1;
      if (taken.length > 0 && bytes > limit_bytes) break;
      taken.push(event);
    }
    return taken;
  }

  // What the events after the mark say.
  after(mark: number): EventBody[] {
    return this.events.filter(({ seq }) => seq > mark).map(bodyOf);
  }

  // True when the server's mark is one of this chain: what stands before it is there, and every event after it here.
  covers(mark: number, head: unknown): boolean {
    const own = headAt(this.record, this.events, mark);
    return own !== undefined && own === head;
  }

  async setMark(hwm: number): Promise<void> {
    if (!this.record || this.record.hwm === hwm) return;
    this.record.hwm = hwm;
    const snapshot = { ...this.record };
    await this.attempt([stores.records], "relaxed", (tx) => tx.objectStore(stores.records).put(snapshot));
  }

  // The attempt is over (finished, closed or taken over): its 12 h begin.
  async close(): Promise<void> {
    if (!this.record || this.record.closed_at !== undefined) return;
    this.record.closed_at = this.now();
    const snapshot = { ...this.record };
    await this.attempt([stores.records], "strict", (tx) => tx.objectStore(stores.records).put(snapshot));
  }

  // The pupil left this computer: nothing here may be taken up again by itself.
  async closeAll(): Promise<void> {
    const open = await this.unfinished();
    this.record = undefined;
    this.events = [];
    await this.attempt([stores.records], "strict", (tx) => {
      for (const record of open) tx.objectStore(stores.records).put({ ...record, closed_at: this.now() });
    });
  }

  // Attempts on this computer that are not closed, newest first: one may be taken up again with its ticket.
  async unfinished(): Promise<AttemptRecord[]> {
    return (await this.allRecords()).filter((record) => record.closed_at === undefined)
      .sort((a, b) => b.touched_at - a.touched_at);
  }

  // Attempts with events that the server has not acknowledged.
  async leftovers(): Promise<{ record: AttemptRecord; events: StoredEvent[] }[]> {
    const found = [];
    for (const record of await this.allRecords()) {
      const events = (await this.readEvents(record.attempt, record.epoch)).filter((event) => event.seq > record.hwm);
      if (events.length > 0) found.push({ record, events });
    }
    return found;
  }

  // After a leftover was taken by the server up to the record's mark.
  async handedOver(record: AttemptRecord): Promise<void> {
    await this.attempt([stores.records], "strict", (tx) => tx.objectStore(stores.records).put(record));
  }

  // Before `participant` works here: deletes what belongs to others, except events that the server does not have yet.
  async wipeOthers(participant: string): Promise<void> {
    const owed = new Set((await this.leftovers()).map(({ record }) => `${record.attempt} ${record.epoch}`));
    const gone = (await this.allRecords()).filter((record) =>
      record.participant !== participant && !owed.has(`${record.attempt} ${record.epoch}`));
    await this.remove(gone);
  }

  // Deletes what is past its time.
  async purge(): Promise<void> {
    const now = this.now();
    await this.remove((await this.allRecords()).filter((record) => record.closed_at === undefined
      ? record.touched_at + keepUnclosed_ms < now : record.closed_at + keepAfterClosing_ms < now));
  }

  private async remove(records: AttemptRecord[]): Promise<void> {
    if (records.length === 0) return;
    await this.attempt([stores.records, stores.events, stores.drafts], "relaxed", (tx) => {
      for (const { attempt, epoch } of records) {
        tx.objectStore(stores.records).delete([attempt, epoch]);
        tx.objectStore(stores.events).delete(range(attempt, epoch));
        tx.objectStore(stores.drafts).delete(IDBKeyRange.bound([attempt], [attempt, []]));
      }
    });
  }

  private async readRecord(attempt: string, epoch: string): Promise<AttemptRecord | undefined> {
    if (!this.db) return undefined;
    return read<AttemptRecord | undefined>(this.db, stores.records, (records) => records.get([attempt, epoch])).catch(() => undefined);
  }

  private async allRecords(): Promise<AttemptRecord[]> {
    if (!this.db) return [];
    return read<AttemptRecord[]>(this.db, stores.records, (records) => records.getAll()).catch(() => []);
  }

  private async readEvents(attempt: string, epoch: string): Promise<StoredEvent[]> {
    if (!this.db) return [];
    return read<StoredEvent[]>(this.db, stores.events, (events) => events.getAll(range(attempt, epoch))).catch(() => []);
  }

  // Runs a write; false when this computer cannot store. One failure is enough to stop promising local safety.
  private async attempt(names: string[], durability: "strict" | "relaxed", work: (tx: IDBTransaction) => void): Promise<boolean> {
    if (!this.db || this.broken) return false;
    try {
      await write(this.db, names, durability, work);
      return true;
    } catch {
      this.broken = true;
      return false;
    }
  }
}

function range(attempt: string, epoch: string): IDBKeyRange {
  return IDBKeyRange.bound([attempt, epoch], [attempt, epoch, []]);
}

function bodyOf(event: StoredEvent): EventBody {
  const parsed = JSON.parse(event.line) as { value?: EventBody["value"] };
  return { kind: event.kind, item: event.item, value: parsed.value };
}
