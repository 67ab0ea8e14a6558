import { IDBFactory, IDBKeyRange } from "fake-indexeddb";
import { describe, expect, it } from "vitest";
import { Attempt, type Snapshot } from "./attempt.ts";
import type { Ending } from "./link.ts";
import { Outbox } from "./outbox.ts";
import { Lab } from "./testing/lab.ts";
import { ModelServer, sampleTest, type FaultKind } from "./testing/model-server.ts";

globalThis.IDBKeyRange = IDBKeyRange;
const participant = { nisn: "0129900001", username: "K1", name: "N", level: "SMP", grade: "VIII", school: "S", room: "R", seat: "1", photo: null };

// One page after the other over the same computer and server, as the session makes them.
class Desk {
  lab = new Lab();
  server = new ModelServer(sampleTest(5));
  factory = new IDBFactory();
  attempt!: Attempt;
  snapshot!: Snapshot;
  ending: Ending | undefined;

  constructor(stages: number[]) { this.server.stages = stages; }

  async open(): Promise<void> {
    const outbox = await Outbox.open(this.factory, () => this.lab.wall());
    this.server.session_n = this.server.n;
    this.ending = undefined;
    this.attempt = await Attempt.open({ outbox, net: this.server, clock: this.lab, timers: this.lab }, this.server.prepared(), participant, "latihan", this.lab.monotonic());
    this.snapshot = this.attempt.snapshot;
    this.attempt.onchange = (now) => { this.snapshot = now; };
    this.attempt.onend = (ending) => { this.ending = ending; };
    this.attempt.begin();
    await this.lab.run(200);
  }
}

const ids = (attempt: Attempt): string[] => attempt.test.items.map((item) => item.id);

describe("a test in stages", () => {
  it("closes a stage when all of it is on the server and goes on with the items of the next", async () => {
    const desk = new Desk([2, 3]);
    await desk.open();
    expect(ids(desk.attempt)).toEqual(["i1", "i2"]);
    desk.attempt.type("i2", "r1", "Karet");
    desk.attempt.closeStage();
    expect(desk.snapshot.closing).toBe(true);
    desk.attempt.choose("i1", "r1", "late");
    await desk.lab.run(500);
    expect(desk.ending).toEqual({ why: "stage" });
    expect(desk.server.answers()).toMatchObject({ i2: { value: { r1: "Karet" } } });
    expect(desk.server.answers()["i1"]?.value).toBeUndefined();
    await desk.open();
    expect(ids(desk.attempt)).toEqual(["i3", "i4", "i5"]);
    expect(desk.attempt.firstItem()).toBe("i3");
    // Nothing is shown before the pupil goes on, also not to a page loaded anew.
    await desk.open();
    expect([desk.attempt.fresh, desk.snapshot.item]).toEqual([true, ""]);
    desk.attempt.show("i4");
    await desk.lab.run(200);
    await desk.open();
    expect([desk.attempt.fresh, desk.attempt.firstItem()]).toEqual([false, "i4"]);
  });

  it("is in the next stage when the reply was lost", async () => {
    const desk = new Desk([2, 3]);
    await desk.open();
    const faults: FaultKind[] = ["lost-ack"];
    desk.server.fault = () => faults.shift() ?? "none";
    desk.attempt.closeStage();
    await desk.lab.run(20_000);
    expect(desk.ending).toEqual({ why: "stage" });
    expect(desk.server.stageNumber).toBe(2);
  });

  it("waits for the network before it closes, and loses nothing meanwhile", async () => {
    const desk = new Desk([2, 3]);
    await desk.open();
    desk.server.fault = () => "unreachable";
    desk.attempt.choose("i1", "r1", "c1");
    desk.attempt.closeStage();
    await desk.lab.run(30_000);
    expect(desk.ending).toBeUndefined();
    expect(desk.snapshot.connected).toBe(false);
    desk.server.fault = () => "none";
    await desk.lab.run(20_000);
    expect(desk.ending).toEqual({ why: "stage" });
    expect(desk.server.answers()["i1"]?.value).toEqual({ r1: "c1" });
  });

  it("finishes when the route is over, also when the page was loaded anew in between", async () => {
    const desk = new Desk([2]);
    await desk.open();
    desk.attempt.closeStage();
    await desk.lab.run(5_000);
    expect(desk.ending?.why).toBe("finished");
    const other = new Desk([2]);
    other.server.stageNumber = 2;
    await other.open();
    await other.lab.run(5_000);
    expect(other.ending?.why).toBe("finished");
  });

  it("finishes from the stage it is in when the time is over", async () => {
    const desk = new Desk([2, 3]);
    await desk.open();
    desk.server.fault = () => "unreachable";
    desk.attempt.closeStage();
    await desk.lab.run(1_000);
    desk.attempt.submit("time");
    desk.server.fault = () => "none";
    await desk.lab.run(30_000);
    expect(desk.ending?.why).toBe("finished");
    expect(desk.server.stageNumber).toBe(1);
  });
});
