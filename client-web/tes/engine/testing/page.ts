// A pupil's page against the model server, with a power switch; it notes when the green tick lied. For tests only.
import { Attempt, type Snapshot } from "../attempt.ts";
import { outgoing } from "../event.ts";
import type { Ending } from "../link.ts";
import { Outbox } from "../outbox.ts";
import type { Lab } from "./lab.ts";
import type { ModelServer } from "./model-server.ts";

const participant = { nisn: "0129900001", username: "K1", name: "N", level: "SMP", grade: "VIII", school: "S", room: "R", seat: "1", photo: null };

export class Page {
  snapshot!: Snapshot;
  ending: Ending | undefined;
  saves: string[] = [];
  broken: string[] = [];
  private constructor(public attempt: Attempt, public outbox: Outbox, private lab: Lab, private power: { on: boolean }) {}

  // A power cut: nothing that the page planned or waits for happens any more.
  cut(): void {
    this.power.on = false;
    this.attempt.onchange = () => {};
    this.lab.cut();
  }

  static async open(factory: IDBFactory, server: ModelServer, lab: Lab): Promise<Page> {
    const outbox = await Outbox.open(factory, () => lab.wall());
    server.session_n = server.n;
    const power = { on: true };
    const never = new Promise<never>(() => {});
    const net = new Proxy(server, { get: (target, name) => {
      const member = Reflect.get(target, name) as unknown;
      return typeof member === "function" ? async (...given: unknown[]) => {
        if (!power.on) return never;
        const reply = await (member as (...given: unknown[]) => Promise<unknown>).apply(target, given);
        return power.on ? reply : never;
      } : member;
    } });
    const timers = { set: (run: () => void, ms: number) => (power.on ? lab.set(run, ms) : 0), clear: (handle: unknown) => lab.clear(handle),
      monotonic: () => lab.monotonic(), random: lab.random };
    const attempt = await Attempt.open({ outbox, net, clock: lab, timers }, server.prepared(), participant, "latihan", lab.monotonic());
    const page = new Page(attempt, outbox, lab, power);
    page.snapshot = attempt.snapshot;
    attempt.onchange = (now) => {
      page.snapshot = now;
      if (page.saves[page.saves.length - 1] !== now.save) page.saves.push(now.save);
      // The promise of the green tick: everything shown is on the server.
      if (now.save === "server" && server.session_n === server.n && !server.lostUnknown && shown(now) !== told(server))
        page.broken.push(`${shown(now)} is not ${told(server)}`);
    };
    attempt.onend = (ending) => { page.ending = ending; };
    attempt.begin();
    await lab.settle();
    return page;
  }
}

const nonEmpty = (entries: [string, unknown][]): string => JSON.stringify(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
export const shown = (now: Snapshot): string => nonEmpty([...now.answers].flatMap(([item, { value, flag }]) =>
  outgoing(value) !== undefined || flag ? [[item, [outgoing(value) ?? {}, flag]] as [string, unknown]] : []));
export const told = (server: ModelServer): string => nonEmpty(Object.entries(server.answers()).flatMap(([item, { value, flag }]) =>
  value !== undefined || flag ? [[item, [value ?? {}, flag ?? false]] as [string, unknown]] : []));
