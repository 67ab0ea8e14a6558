import { describe, expect, it } from "vitest";
import { nextHead } from "./chain.ts";
import { Sender, type Listener } from "./sender.ts";
import { Lab } from "./testing/lab.ts";
import { ModelServer, refuse, sampleTest, type FaultKind } from "./testing/model-server.ts";

function setup(fault: () => FaultKind = () => "none", started = true) {
  const lab = new Lab(() => 0.999);
  const server = new ModelServer(sampleTest());
  server.started = started;
  server.fault = fault;
  const lines: string[] = [];
  const heard: string[] = [];
  const listener: Listener = {
    marked: (hwm) => heard.push(`mark ${hwm}`), remaining: () => {},
    connection: (connected) => heard.push(connected ? "back" : "gone"),
    superseded: () => heard.push("superseded"), closed: () => heard.push("closed"), finished: () => heard.push("finished"),
    loginNeeded: () => heard.push("login"), rejoin: () => heard.push("rejoin"), reload: () => heard.push("reload"),
  };
  const base = { seq: 0 };
  const headAt = (mark: number): string => lines.slice(0, mark).reduce(nextHead, server.heads[0]!);
  const sender = new Sender({
    batch: (mark) => lines.slice(mark),
    covers: (mark, head) => mark >= base.seq && mark <= lines.length && head === headAt(mark), item: () => "i1", t: () => lab.monotonic(),
  }, server, listener, lab, 0, started);
  const write = (count = 1): void => {
    for (let i = 0; i < count; i += 1) lines.push(JSON.stringify({ v: 1, seq: lines.length + 1, kind: "visit", item: "i1", t: lines.length }));
    sender.kick();
  };
  return { lab, server, sender, lines, heard, write, base };
}

describe("the sender", () => {
  it("sends all that waits in one batch, one request at a time", async () => {
    const { lab, server, write } = setup();
    write(3);
    write(4);
    await lab.run(50);
    expect(server.hwm).toBe(7);
    expect(server.calls).toBe(1);
    expect(server.mostInFlight).toBe(1);
  });

  it("presses start before the first event", async () => {
    const { lab, server, write } = setup(() => "none", false);
    write(2);
    await lab.run(100);
    expect(server.started).toBe(true);
    expect(server.hwm).toBe(2);
  });

  it("backs off to 6 s at most while the server is away, says so once, and then sends the rest", async () => {
    let away = true;
    const { lab, server, heard, write } = setup(() => (away ? "unreachable" : "none"));
    write(2);
    await lab.run(200_000);
    expect(server.calls).toBeGreaterThan(10);
    expect(server.calls).toBeLessThan(60);
    expect(heard).toEqual(["gone"]);
    away = false;
    await lab.run(6_000);
    expect(server.hwm).toBe(2);
    expect(heard).toEqual(["gone", "mark 2", "back"]);
  });

  it("tries at once when the network comes back", async () => {
    let away = true;
    const { lab, server, sender, write } = setup(() => (away ? "unreachable" : "none"));
    write();
    await lab.run(60_000);
    away = false;
    sender.wake();
    await lab.run(1);
    expect(server.hwm).toBe(1);
  });

  it("is not hurried out of its back-off by new events", async () => {
    const { lab, server, write } = setup(() => "unreachable");
    write();
    await lab.run(60_000);
    const before = server.calls;
    for (let i = 0; i < 20; i += 1) write();
    await lab.run(100);
    expect(server.calls - before).toBeLessThanOrEqual(1);
  });

  it("repeats a batch whose answer was lost, without harm", async () => {
    const faults: FaultKind[] = ["lost-ack"];
    const { lab, server, heard, write } = setup(() => faults.shift() ?? "none");
    write(3);
    await lab.run(5_000);
    expect(server.hwm).toBe(3);
    expect(heard.filter((one) => one.startsWith("mark")).pop()).toBe("mark 3");
  });

  it("sends again from the mark when the server has gone back", async () => {
    const { lab, server, lines, write } = setup();
    write(6);
    await lab.run(100);
    server.forget(2);
    await lab.run(12_000);
    expect(server.lines).toEqual(lines);
    server.forget(0);
    write(1);
    await lab.run(5_000);
    expect(server.lines).toEqual(lines);
  });

  it("asks for a new start when the server went back further than this computer knows", async () => {
    const { lab, server, heard, write, base } = setup();
    write(6);
    await lab.run(100);
    base.seq = 4;
    server.forget(2);
    await lab.run(12_000);
    expect(heard.filter((one) => one === "rejoin")).toHaveLength(1);
  });

  it("takes no mark of another chain, whatever reply brings it: nothing counts as there, and a new start is asked for", async () => {
    const ways: ((lab: ReturnType<typeof setup>) => void)[] = [
      () => {},
      ({ server }) => { server.forget(2); },
      ({ write }) => write(2),
      ({ server, write }) => { server.started = false; write(1); },
    ];
    for (const way of ways) {
      const setUp = setup();
      const { lab, server, sender, heard, write } = setUp;
      write(6);
      await lab.run(100);
      server.fork(1);
      way(setUp);
      await lab.run(12_000);
      expect(heard).toEqual(["mark 6", "mark 0", "rejoin"]);
      expect(sender.mark).toBe(0);
    }
  });

  it("takes no mark of another chain while it hands over the rest", async () => {
    const { lab, server, sender, heard, write } = setup();
    write(2);
    await lab.run(100);
    write(3);
    sender.drain();
    const { events } = server;
    server.events = async (lines) => {
      await events.call(server, lines);
      server.fork(2);
      return { ...refuse(410, "epoch_superseded"), body: { hwm: server.hwm, head: server.head } };
    };
    await lab.run(60_000);
    expect(sender.mark).toBe(2);
    expect(heard).toEqual(["mark 2"]);
  });

  it("beats every 10 s when there is nothing to send", async () => {
    const { lab, server } = setup();
    await lab.run(100);
    const before = server.calls;
    await lab.run(60_000);
    expect(server.calls - before).toBe(6);
  });

  it("takes its ticket when the session is gone, and asks for a login when that fails", async () => {
    const faults: FaultKind[] = ["logged-out"];
    const { lab, server, heard, write } = setup(() => faults.shift() ?? "none");
    write();
    await lab.run(100);
    expect(server.hwm).toBe(1);
    expect(heard).not.toContain("login");
    server.resume = async () => refuse(401, "ticket_invalid");
    faults.push("logged-out");
    write();
    await lab.run(100);
    expect(heard).toContain("login");
  });

  it("does not run in circles when the ticket opens a session that is refused", async () => {
    const { lab, server, heard, write } = setup(() => "logged-out");
    server.resume = async () => ({ ok: true, data: {} });
    write();
    await lab.run(1_000);
    expect(heard).toContain("login");
    expect(server.calls).toBeLessThan(5);
  });

  it("locks once and falls silent when a newer epoch owns the attempt", async () => {
    const { lab, server, heard, write } = setup();
    write(1);
    await lab.run(100);
    server.takeOver();
    write(3);
    await lab.run(100);
    expect(heard.filter((one) => one === "superseded")).toHaveLength(1);
    const calls = server.calls;
    await lab.run(60_000);
    expect(server.calls).toBe(calls);
  });

  it("waits as long as the server asks", async () => {
    const faults: FaultKind[] = ["busy"];
    const { lab, server, write } = setup(() => faults.shift() ?? "none");
    write();
    await lab.run(900);
    expect(server.hwm).toBe(0);
    await lab.run(200);
    expect(server.hwm).toBe(1);
  });
});
