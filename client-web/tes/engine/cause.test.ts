// While the server takes nothing: the page names the cause, and when power is going it stands still.
import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import { Attempt } from "./attempt.ts";
import type { Cause } from "./cause.ts";
import { Outbox } from "./outbox.ts";
import { Lab } from "./testing/lab.ts";
import { ModelServer, sampleTest, type FaultKind } from "./testing/model-server.ts";

globalThis.IDBKeyRange = IDBKeyRange;
const participant = { nisn: "0129900001", username: "K1", name: "N", level: "SMP", grade: "VIII", school: "S", room: "R", seat: "1", photo: null };

async function setup() {
  const lab = new Lab(() => 0.999);
  const server = new ModelServer(sampleTest());
  server.started = true;
  const outbox = await Outbox.open(new IDBFactory(), () => lab.wall());
  const attempt = await Attempt.open({ outbox, net: server, clock: lab, timers: lab }, server.prepared(), participant, "latihan", lab.monotonic());
  let ended = false;
  attempt.onend = () => { ended = true; };
  attempt.begin();
  await lab.run(100);
  return { lab, server, attempt, ended: () => ended };
}

describe("a server that takes nothing", () => {
  it.each<[FaultKind, Cause]>([["storage_full", "full"], ["safe_mode", "safe"], ["parked", "parked"]])("is named at once by its refusal %s", async (fault, cause) => {
    const { lab, server, attempt } = await setup();
    server.fault = () => fault;
    attempt.choose("i1", "r1", "a");
    await lab.run(200);
    expect(attempt.snapshot).toMatchObject({ connected: false, cause, save: "unsent" });
    server.fault = () => "none";
    await lab.run(10_000);
    expect(attempt.snapshot).toMatchObject({ connected: true, cause: undefined, save: "server" });
  });

  it("is named after one request of 8 s without an answer", async () => {
    const { lab, server, attempt } = await setup();
    server.fault = () => "lost-ack";
    attempt.choose("i1", "r1", "a");
    await lab.run(200);
    expect(attempt.snapshot).toMatchObject({ connected: false, cause: "unreachable" });
  });

  it("is not named after one request that got lost", async () => {
    const { lab, server, attempt } = await setup();
    const faults: FaultKind[] = ["unreachable"];
    server.fault = () => faults.shift() ?? "none";
    attempt.choose("i1", "r1", "a");
    await lab.run(200);
    expect(attempt.snapshot).toMatchObject({ connected: true, cause: undefined });
  });
});

describe("a server that is parking", () => {
  it("holds the clock, takes no answer, keeps what was typed, and goes on where it stood", async () => {
    const { lab, server, attempt, ended } = await setup();
    attempt.type("i2", "r1", "setengah");
    server.parking = true;
    await lab.run(11_000);
    expect(attempt.snapshot).toMatchObject({ connected: true, cause: "parked" });
    expect(server.answers()["i2"]?.value).toEqual({ r1: "setengah" });
    const left_ms = attempt.snapshot.remaining_ms;
    attempt.choose("i1", "r1", "a");
    expect(attempt.snapshot.answers.get("i1")).toBeUndefined();

    // Then it is gone, for longer than the test had left.
    server.fault = () => "unreachable";
    await lab.run(3 * 600_000);
    expect(attempt.snapshot).toMatchObject({ connected: false, cause: "parked", remaining_ms: left_ms, finishing: undefined });

    server.fault = () => "none";
    server.parking = false;
    server.remaining_ms = left_ms!;
    await lab.run(16_000);
    expect(attempt.snapshot).toMatchObject({ connected: true, cause: undefined });
    expect(attempt.snapshot.remaining_ms).toBeGreaterThan(left_ms! - 17_000);
    attempt.choose("i1", "r1", "a");
    await lab.run(200);
    expect(server.answers()["i1"]?.value).toEqual({ r1: "a" });
    expect(ended()).toBe(false);
  });
});
