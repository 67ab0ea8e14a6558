// Brings events that an earlier sitting left on this computer to the server, before anyone logs in here.
import type { Reply } from "../../shared/api.ts";
import type { AttemptRecord, Outbox } from "./outbox.ts";
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
    await send(outbox, net, record, events.map((event) => event.line));
    await net.logout();
  }
}

async function send(outbox: Outbox, net: HandoverNet, record: AttemptRecord, lines: string[]): Promise<void> {
  for (let first = 0; first < lines.length; first += batchLines) {
    const reply = await net.events(lines.slice(first, first + batchLines), record.last_t);
    const hwm = reply.ok ? reply.data.hwm : reply.body["hwm"];
    if (typeof hwm === "number" && hwm > record.hwm) {
      record.hwm = hwm;
      await outbox.handedOver(record, hwm);
      if (reply.ok || reply.status === 410) continue;
    }
    if (!reply.ok) return;
  }
}
