// Brings events that an earlier sitting left on this computer to the server, before anyone logs in here.
import type { Reply } from "../../shared/api.ts";
import { headAt, type AttemptRecord, type Outbox, type StoredEvent } from "./outbox.ts";
import type { EventReply } from "./wire.ts";

export interface HandoverNet {
  resume(ticket: string): Promise<Reply<unknown>>;
  events(lines: string[], t: number): Promise<Reply<EventReply>>;
  logout(): Promise<Reply<unknown>>;
}

const batchLines = 100;

// One pass over all leftovers; what the server does not take stays for the next one. The session that this opens is
// closed again.
export async function handOver(outbox: Outbox, net: HandoverNet): Promise<void> {
  for (const { record, events } of await outbox.leftovers()) {
    const resumed = await net.resume(record.ticket);
    // After a newer login or a logout the ticket still opens the way for what waits here: the server keeps it apart.
    if (!resumed.ok && resumed.status !== 410 && resumed.code !== "not_logged_in") continue;
    await send(outbox, net, record, events);
    await net.logout();
  }
}

async function send(outbox: Outbox, net: HandoverNet, record: AttemptRecord, events: StoredEvent[]): Promise<void> {
  for (let first = 0; first < events.length; first += batchLines) {
    const reply = await net.events(events.slice(first, first + batchLines).map((event) => event.line), record.last_t);
    const { hwm, head } = reply.ok ? reply.data : (reply.body as Partial<EventReply>);
    if (hwm !== undefined && hwm > record.hwm && headAt(record, events, hwm) === head) {
      record.hwm = hwm;
      await outbox.handedOver(record);
      if (reply.ok || reply.status === 410) continue;
    }
    if (!reply.ok) return;
  }
}
