import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import { handOver } from "./handover.ts";
import { Outbox } from "./outbox.ts";
import { ModelServer, refuse, sampleTest } from "./testing/model-server.ts";
import { Tabs } from "./tabs.ts";

globalThis.IDBKeyRange = IDBKeyRange;

async function left(server: ModelServer): Promise<Outbox> {
  const outbox = await Outbox.open(new IDBFactory());
  await outbox.join({ ...server.prepared(), participant: "0129900001", username: "K1", test: "latihan" }, () => []);
  for (let i = 0; i < 250; i += 1) await outbox.append({ kind: "visit", item: `i${i}` }, i);
  return outbox;
}

describe("handing over what an earlier pupil left", () => {
  it("brings all of it to the server and closes the session it used", async () => {
    const server = new ModelServer(sampleTest());
    server.started = true;
    const outbox = await left(server);
    let logouts = 0;
    await handOver(outbox, { resume: () => server.resume(), events: (lines) => server.events(lines), logout: async () => { logouts += 1; return { ok: true, data: {} }; } });
    expect(server.hwm).toBe(250);
    expect(logouts).toBe(1);
    expect(await outbox.leftovers()).toEqual([]);
    await outbox.wipeOthers("0129900002");
    expect(await outbox.unfinished()).toEqual([]);
  });

  it("brings it also after a newer login took the attempt over: the server keeps it apart", async () => {
    const server = new ModelServer(sampleTest());
    server.started = true;
    const outbox = await left(server);
    let logouts = 0;
    await handOver(outbox, { resume: async () => refuse(410, "epoch_superseded"), logout: async () => { logouts += 1; return { ok: true, data: {} }; },
      events: async (lines) => {
        const reply = await server.events(lines);
        return { ...refuse(410, "epoch_superseded"), body: reply.ok ? { ...reply.data } : reply.body };
      } });
    expect(server.hwm).toBe(250);
    expect(logouts).toBe(1);
    expect(await outbox.leftovers()).toEqual([]);
  });

  it("keeps what a server of another chain says it has", async () => {
    const server = new ModelServer(sampleTest());
    server.started = true;
    const outbox = await left(server);
    await handOver(outbox, { resume: () => server.resume(), logout: async () => ({ ok: true, data: {} }),
      events: async (lines) => {
        await server.events(lines);
        server.fork(0);
        return server.heartbeat();
      } });
    await outbox.wipeOthers("0129900002");
    expect((await outbox.leftovers())[0]!.events).toHaveLength(250);
  });

  it("keeps what the server does not take", async () => {
    const server = new ModelServer(sampleTest());
    server.started = true;
    const outbox = await left(server);
    let batches = 0;
    await handOver(outbox, { resume: () => server.resume(), logout: async () => ({ ok: true, data: {} }),
      events: async (lines) => ((batches += 1) > 1 ? refuse(0, "unreachable") : server.events(lines)) });
    const [rest] = await outbox.leftovers();
    expect(rest!.events[0]!.seq).toBe(101);
    await outbox.wipeOthers("0129900002");
    expect(await outbox.leftovers()).toHaveLength(1);
  });
});

describe("a second tab", () => {
  it("is told of the first, and takes the work only after that one has let go", async () => {
    const first = Tabs.open("one");
    const second = Tabs.open("two");
    expect(await second.busyElsewhere()).toBe(false);
    first.claim();
    expect(await second.busyElsewhere()).toBe(true);
    let stopped = false;
    first.ontaken = async () => { await Promise.resolve(); stopped = true; };
    await second.take();
    expect(stopped).toBe(true);
    second.claim();
    expect(await first.busyElsewhere()).toBe(true);
    first.close();
    second.close();
  });
});
