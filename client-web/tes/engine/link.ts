// The attempt's tie to the server: feeds the sender from the outbox, begins the chain anew where it has parted from the
// server's, and finishes once everything is there. Decides nothing about answers or screens.
import type { Failure, Reply } from "../../shared/api.ts";
import { Answers } from "./answers.ts";
import { closingCode } from "./chain.ts";
import { causeOf, type Cause } from "./cause.ts";
import type { EventBody } from "./event.ts";
import type { Outbox } from "./outbox.ts";
import { backoffFirst_ms, backoffMost_ms, Sender, type Listener, type Net, type Source, type Timers } from "./sender.ts";
import type { Finished, Prepared, Stage } from "./wire.ts";

export interface AttemptNet extends Net {
  prepare(): Promise<Reply<Prepared>>;
  // Closes a stage; the reply says which one the attempt is in then.
  stage(stage: number, seq: number, head: string): Promise<Reply<{ stage: Stage }>>;
  finish(seq: number, head: string): Promise<Reply<Finished>>;
}

export type Ending =
  | { why: "finished"; result: Finished | undefined }
  | { why: "superseded" | "closed" | "login" | "reload" | "stage" };

// Whose attempt it is.
export interface Owner { participant: string; username: string; test: string }

// What the link needs of the attempt.
export interface Host {
  append(body: EventBody): void;
  changed(): void;
  // `stop` false: what waits is still handed over.
  end(ending: Ending, stop: boolean): void;
  item(): string | undefined;
  t(): number;
  finishing(): boolean;
  // The number of the stage that is being closed.
  closing(): number | undefined;
  // The route is over.
  routed(): void;
  remaining(remaining_ms: number, asked: number, heard: number): void;
  // The events that bring `known` to what the pupil sees.
  difference(known: Answers): EventBody[];
}

const batchLines = 200;
const batch_bytes = 60_000;
const rejoinPause_ms = 5_000;

export class Link {
  connected = true;
  cause: Cause | undefined;
  private sender: Sender | undefined;
  private lastRejoin = -rejoinPause_ms;
  private finishTries = 0;
  private finishBusy = false;
  private stopped = false;

  constructor(private env: { outbox: Outbox; net: AttemptNet; timers: Timers }, private prepared: Prepared, private owner: Owner, private host: Host) {}

  // The server's durable mark as last heard.
  get mark(): number { return this.sender?.mark ?? this.prepared.hwm; }

  begin(): void {
    this.sender = new Sender(this.source(), this.env.net, this.listener(), this.env.timers, this.prepared.hwm, this.prepared.started);
  }

  kick(): void { this.sender?.kick(); }
  wake(): void { this.sender?.wake(); }
  beat(): void { this.sender?.beat(); }
  drain(): void { this.sender?.drain(); }

  stop(): void {
    this.stopped = true;
    this.sender?.stop();
  }

  private source(): Source {
    const { outbox } = this.env;
    return {
      batch: (mark) => outbox.batch(mark, batchLines, batch_bytes).map((event) => event.line),
      covers: (mark, head) => outbox.covers(mark, head),
      item: () => this.host.item(),
      t: () => this.host.t(),
    };
  }

  private listener(): Listener {
    const { host } = this;
    return {
      marked: (hwm) => { void this.env.outbox.setMark(hwm); host.changed(); this.finishWhenSent(false); this.closeWhenSent(); },
      remaining: (ms, asked, heard) => host.remaining(ms, asked, heard),
      connection: (connected, cause) => this.reached(connected, cause),
      superseded: () => host.end({ why: "superseded" }, false),
      closed: () => host.end({ why: "closed" }, false),
      finished: () => (host.finishing() ? this.finishWhenSent(true) : host.end({ why: "finished", result: undefined }, true)),
      loginNeeded: () => host.end({ why: "login" }, true),
      rejoin: () => this.rejoin(),
      reload: () => host.end({ why: "reload" }, true),
    };
  }

  private reached(connected: boolean, cause: Cause | undefined): void {
    this.connected = connected;
    this.cause = cause;
    this.host.changed();
  }

  // `known`: the server says that it is finished, so its answer to finish is all that is missing.
  private finishWhenSent(known: boolean): void {
    const submit_seq = this.env.outbox.record?.submit_seq;
    if (!this.host.finishing() || this.finishBusy || this.stopped || submit_seq === undefined) return;
    if (!known && this.mark < submit_seq) return;
    this.finishBusy = true;
    void this.finish();
  }

  private async finish(): Promise<void> {
    const record = this.env.outbox.record!;
    const { head } = record;
    const reply = await this.env.net.finish(record.seq, head);
    this.finishBusy = false;
    if (this.stopped) return;
    if (reply.ok) {
      // A kode bukti of other lines: what is here stays for a later hand-over, and the server's state is shown.
      const own = reply.data.code === closingCode(head);
      if (!own) void this.env.outbox.setMark(0);
      return this.host.end({ why: "finished", result: own ? reply.data : undefined }, true);
    }
    await this.notYet(reply, () => this.finishWhenSent(false));
  }

  // Everything of the stage is there: it can be closed. Lines of the page itself may still come meanwhile.
  closeWhenSent(): void {
    const record = this.env.outbox.record;
    if (this.host.closing() === undefined || this.finishBusy || this.stopped || !record || this.mark < record.seq) return;
    this.finishBusy = true;
    void this.close(this.host.closing()!, record.seq, record.head);
  }

  private async close(stage: number, seq: number, head: string): Promise<void> {
    const reply = await this.env.net.stage(stage, seq, head);
    this.finishBusy = false;
    if (this.stopped) return;
    // The time ran out meanwhile.
    if (this.host.finishing()) return this.finishWhenSent(false);
    if (!reply.ok) return this.notYet(reply, () => this.closeWhenSent());
    if (reply.data.stage.ended) this.host.routed();
    else this.host.end({ why: "stage" }, true);
  }

  private async notYet(reply: Failure, again: () => void): Promise<void> {
    if (reply.code === "head_mismatch" || reply.code === "event_gap") return this.rejoin();
    if (reply.code === "sitting_closed") return this.host.end({ why: "closed" }, false);
    if (reply.status === 410) return this.host.end({ why: "superseded" }, false);
    if (reply.status === 401) await this.env.net.resume();
    const most_ms = Math.min(backoffMost_ms, backoffFirst_ms * 2 ** this.finishTries);
    this.finishTries += 1;
    if (this.finishTries >= 2 && (reply.status === 0 || reply.status === 503)) this.reached(false, causeOf(reply));
    this.env.timers.set(again, reply.retry_after_ms ?? 250 + this.env.timers.random() * most_ms);
  }

  // The chain does not continue the server's: asks for the mark again and writes what differs as new events.
  private rejoin(): void {
    this.sender?.stop();
    const wait_ms = Math.max(0, this.lastRejoin + rejoinPause_ms - this.env.timers.monotonic());
    this.env.timers.set(() => void this.rejoinNow(), wait_ms);
  }

  private async rejoinNow(): Promise<void> {
    if (this.stopped) return;
    this.lastRejoin = this.env.timers.monotonic();
    const reply = await this.env.net.prepare();
    if (this.stopped) return;
    if (!reply.ok) {
      if (reply.status === 410) return this.host.end({ why: "superseded" }, true);
      if (reply.status === 401 && !(await this.env.net.resume()).ok) return this.host.end({ why: "login" }, true);
      if (reply.code === "sitting_closed") return this.host.end({ why: "closed" }, true);
      if (reply.code === "attempt_finished") return this.host.end({ why: "finished", result: undefined }, true);
      return this.rejoin();
    }
    const server = reply.data;
    const { outbox } = this.env;
    const known = new Answers(server.answers);
    await outbox.join({ ...server, ...this.owner }, () => this.host.difference(known));
    for (const body of outbox.after(server.hwm)) known.apply(body);
    for (const body of this.host.difference(known)) this.host.append(body);
    if (this.host.finishing() && outbox.record?.submit_seq === undefined) this.host.append({ kind: "submit" });
    this.sender?.restart(server.hwm);
  }
}
