// The server of docs/protocol.md for one attempt, in memory, with faults on demand. For tests only.
import type { Failure, Reply } from "../../../shared/api.ts";
import { Answers } from "../answers.ts";
import type { AttemptNet } from "../link.ts";
import { closingCode, firstHead, nextHead } from "../chain.ts";
import type { EventBody } from "../event.ts";
import type { EventReply, Finished, Prepared, Stage, Test } from "../wire.ts";

export type FaultKind = "none" | "unreachable" | "lost-ack" | "busy" | "logged-out" | "storage_full" | "safe_mode" | "parked";

export function refuse(status: number, code: string, extra: Record<string, unknown> = {}): Failure {
  return { ok: false, status, code, message: "", retry_after_ms: status === 503 ? 1_000 : undefined, body: extra };
}

export class ModelServer implements AttemptNet {
  attempt = "00112233445566778899aabbccddeeff";
  n = 1;
  lines: string[] = [];
  heads: string[] = [];
  parent = "0".repeat(64);
  started = false;
  finished: { seq: number; head: string } | undefined;
  remaining_ms = 600_000;
  // Power is going: said with every reply.
  parking = false;
  calls = 0;
  inFlight = 0;
  mostInFlight = 0;
  // What happens to the next calls; a function so that a test can draw at random.
  fault: () => FaultKind = () => "none";
  // Epoch of the page that talks to this server.
  session_n = 1;

  constructor(public test: Test) {
    this.heads = [firstHead(this.attempt, 0, 1, this.parent)];
  }

  get hwm(): number { return this.lines.length; }
  get head(): string { return this.heads[this.hwm] ?? ""; }

  // True from a crash that lost something until the next reply that tells: the page cannot know of it before.
  lostUnknown = false;

  // A crash that loses what came after `hwm`.
  forget(hwm: number): void {
    if (hwm < this.hwm) this.lostUnknown = true;
    this.lines = this.lines.slice(0, hwm);
    this.heads = this.heads.slice(0, hwm + 1);
  }

  // Restored from something older, and as many other lines since as it had before.
  fork(seq: number): void {
    const { hwm } = this;
    this.forget(seq);
    while (this.hwm < hwm) this.take(`{"v":1,"seq":${this.hwm + 1},"kind":"visit","item":"i4","t":0}`);
  }

  private take(line: string): void {
    this.heads.push(nextHead(this.head, line));
    this.lines.push(line);
  }

  // A login on another computer.
  takeOver(): void {
    this.parent = this.head;
    this.before = this.answers();
    this.submittedBefore = this.submitted;
    this.currentBefore = this.current;
    this.n += 1;
    this.lines = [];
    this.heads = [firstHead(this.attempt, 0, this.n, this.parent)];
  }
  private before: Prepared["answers"] = {};
  private submittedBefore = false;
  private currentBefore = 0;

  private get submitted(): boolean {
    return this.submittedBefore || this.lines.some((line) => line.includes('"kind":"submit"'));
  }

  private get current(): number {
    const visits = this.lines.map((line) => JSON.parse(line) as EventBody).filter((event) => event.kind === "visit");
    return Number(visits[visits.length - 1]?.item?.slice(1) ?? this.currentBefore);
  }

  answers(): Prepared["answers"] {
    const all = new Answers(this.before);
    for (const line of this.lines) all.apply(JSON.parse(line) as EventBody);
    return Object.fromEntries([...all.all].map(([item, { value, flag }]) =>
      [item, { flag, ...(Object.keys(value).length > 0 ? { value } : {}) }]));
  }

  private mark(): EventReply & Record<string, unknown> {
    return { hwm: this.hwm, head: this.head, level: 1, now: 0, remaining_ms: this.remaining_ms,
      state: this.finished ? "finished" : this.started ? "running" : "ready", commands: this.parking ? [{ kind: "parked" }] : [] };
  }

  private async call<T>(work: () => Reply<T>): Promise<Reply<T>> {
    this.calls += 1;
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    await Promise.resolve();
    this.inFlight -= 1;
    const fault = this.fault();
    if (fault === "unreachable") return refuse(0, "unreachable");
    if (fault === "busy") return refuse(503, "queue_full");
    if (fault === "storage_full" || fault === "safe_mode" || fault === "parked") return refuse(503, fault);
    if (fault === "logged-out" && !this.resumed) return refuse(401, "not_logged_in");
    if (this.session_n !== this.n) return refuse(410, "epoch_superseded");
    this.resumed = false;
    const reply = work();
    if (fault !== "lost-ack") this.lostUnknown = false;
    return fault === "lost-ack" ? refuse(0, "timeout") : reply;
  }

  start(): Promise<Reply<{ now: number; remaining_ms: number }>> {
    return this.call(() => { this.started = true; return { ok: true, data: { now: 0, remaining_ms: this.remaining_ms } }; });
  }

  events(lines: string[]): Promise<Reply<EventReply>> {
    return this.call((): Reply<EventReply> => {
      if (!this.started) return refuse(409, "attempt_not_started", this.mark());
      for (const line of lines) {
        const { seq } = JSON.parse(line) as { seq: number };
        if (seq <= this.hwm) {
          if (this.lines[seq - 1] !== line) return refuse(422, "event_conflict", this.mark());
          continue;
        }
        if (seq > this.hwm + 1) return refuse(409, "event_gap", this.mark());
        this.take(line);
      }
      return { ok: true, data: this.mark() };
    });
  }

  heartbeat(): Promise<Reply<EventReply>> {
    return this.call(() => ({ ok: true, data: this.mark() }));
  }

  // A session that was just opened is good for the next call.
  private resumed = false;

  async resume(): Promise<Reply<unknown>> {
    this.resumed = true;
    return this.session_n === this.n ? { ok: true, data: {} } : refuse(410, "epoch_superseded");
  }

  prepare(): Promise<Reply<Prepared>> {
    return this.call(() => ({ ok: true, data: this.prepared() }));
  }

  // Items of each stage, one after the other; none: the test is whole.
  stages: number[] = [];
  stageNumber = 1;

  private get stageNow(): Stage {
    const before = this.stages.slice(0, this.stageNumber - 1).reduce((sum, one) => sum + one, 0);
    return { number: this.stageNumber, items_before: before, ...(this.stageNumber > this.stages.length ? { ended: true } : {}) };
  }

  stage(stage: number, seq: number, head: string): Promise<Reply<{ stage: Stage }>> {
    return this.call((): Reply<{ stage: Stage }> => {
      if (stage === this.stageNumber && (seq !== this.hwm || head !== this.head)) return refuse(409, "head_mismatch", this.mark());
      if (stage === this.stageNumber) this.stageNumber += 1;
      return { ok: true, data: { ...this.mark(), stage: this.stageNow } };
    });
  }

  prepared(): Prepared {
    const whole = this.whole();
    if (this.stages.length === 0) return whole;
    const { number, items_before } = this.stageNow;
    const items = this.test.items.slice(items_before, items_before + (this.stages[number - 1] ?? 0));
    const mine = (id: string): boolean => items.some((item) => item.id === id);
    return { ...whole, stage: this.stageNow, test: { ...this.test, items }, current: mine(`i${whole.current}`) ? whole.current! : 0,
      answers: Object.fromEntries(Object.entries(whole.answers).filter(([id]) => mine(id))) };
  }

  private whole(): Prepared {
    return { attempt: this.attempt, term: 0, n: this.n, parent: this.parent, ticket: `ticket${this.n}`, hwm: this.hwm, head: this.head,
      answers: this.answers(), current: this.current, submitted: this.submitted, started: this.started, remaining_ms: this.remaining_ms, now: 0, test: this.test };
  }

  finish(seq: number, head: string): Promise<Reply<Finished>> {
    return this.call((): Reply<Finished> => {
      if (seq !== this.hwm || head !== this.head) return refuse(409, "head_mismatch", this.mark());
      this.finished = { seq, head };
      return { ok: true, data: { code: closingCode(head), answered: 0, items: this.test.items.length, state: undefined as never } };
    });
  }
}

export function sampleTest(items = 5): Test {
  return {
    title: "Latihan", mark: "LATIHAN", instrument: "latihan", duration_ms: 600_000, stimuli: {}, assets: [],
    items: Array.from({ length: items }, (_, index) => ({
      id: `i${index + 1}`, body: [], responses: { r1: { cardinality: "single" as const, base: "string" as const } },
    })),
  };
}
