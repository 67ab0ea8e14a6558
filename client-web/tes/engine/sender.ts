// Brings events to the server: one request in flight, all that waits in one batch, back-off with jitter, a heartbeat
// when there is nothing to send. Knows nothing of storage or screens: it asks its `source` and tells its `listener`.
import type { Failure, Reply } from "../../shared/api.ts";
import { namedCause, type Cause } from "./cause.ts";
import type { EventReply } from "./wire.ts";

// Where events come from.
export interface Source {
  // The events after `mark` that may go out now.
  batch(mark: number): string[];
  // Whether `mark` is one of the chain that this computer wrote: its head is the one known here, the rest can follow.
  covers(mark: number, head: unknown): boolean;
  item(): string | undefined;
  t(): number;
}

export interface Net {
  start(t: number): Promise<Reply<{ now: number; remaining_ms: number }>>;
  events(lines: string[], t: number): Promise<Reply<EventReply>>;
  heartbeat(t: number, item: string | undefined): Promise<Reply<EventReply>>;
  resume(): Promise<Reply<unknown>>;
}

export interface Listener {
  // A durable mark of this chain, possibly lower than before; 0 when the server's chain turned out to be another.
  marked(hwm: number): void;
  // Time left as the server sees it; `asked` and `heard` are of the monotonic clock.
  remaining(remaining_ms: number, asked: number, heard: number): void;
  // Whether events arrive, and what keeps them from it; parked can be said while they still do.
  connection(connected: boolean, cause: Cause | undefined): void;
  // This browser no longer owns the attempt, or it is over; the sender has stopped or only hands over the rest.
  superseded(): void;
  closed(): void;
  finished(): void;
  loginNeeded(): void;
  // The server's chain cannot be continued from here: prepare again.
  rejoin(): void;
  reload(): void;
}

export interface Timers {
  set(run: () => void, delay_ms: number): unknown;
  clear(handle: unknown): void;
  monotonic(): number;
  random(): number;
}

export const heartbeat_ms = 10_000;
export const backoffFirst_ms = 500;
export const backoffMost_ms = 6_000;
export const quotaPause_ms = 5_000;

export class Sender {
  mark: number;
  private inFlight = false;
  private stopped = false;
  private handingOver = false;
  private handedMark = -1;
  private failures = 0;
  private resumed = 0;
  private trouble = 0;
  private connected = true;
  private parked = false;
  private cause: Cause | undefined;
  private timer: unknown;
  private notBefore = 0;
  private lastContact: number;

  // `started` false: the start press is sent before anything else.
  constructor(private source: Source, private net: Net, private listener: Listener, private timers: Timers,
    mark: number, private started: boolean) {
    this.mark = mark;
    this.lastContact = timers.monotonic();
    this.plan(0);
  }

  // Something new may go out: at once, unless a request is in flight or the server asked for quiet.
  kick(): void {
    if (!this.inFlight && !this.stopped) this.plan(Math.max(0, this.notBefore - this.timers.monotonic()));
  }

  // The network or the page came back: no waiting for the back-off.
  wake(): void {
    this.notBefore = 0;
    this.kick();
  }

  // Asks the server how things stand even when nothing waits.
  beat(): void {
    this.lastContact = -heartbeat_ms;
    this.wake();
  }

  stop(): void {
    this.stopped = true;
    this.timers.clear(this.timer);
  }

  // Sends what waits, then falls silent: no heartbeat, no listening to the mark.
  drain(): void {
    this.handingOver = true;
  }

  // After a rejoin: goes on from the new mark.
  restart(mark: number): void {
    this.mark = mark;
    this.stopped = false;
    this.wake();
  }

  private plan(delay_ms: number): void {
    this.timers.clear(this.timer);
    this.timer = this.timers.set(() => void this.step(), delay_ms);
  }

  private async step(): Promise<void> {
    if (this.inFlight || this.stopped) return;
    const batch = this.started ? this.source.batch(this.mark) : undefined;
    const asked = this.timers.monotonic();
    const quiet_ms = heartbeat_ms - (asked - this.lastContact);
    if (batch && batch.length === 0 && (this.handingOver || quiet_ms > 0)) {
      if (!this.handingOver) this.plan(quiet_ms);
      return;
    }
    this.inFlight = true;
    const t = this.source.t();
    const reply: Reply<Partial<EventReply>> = !batch ? await this.net.start(t)
      : batch.length > 0 ? await this.net.events(batch, t)
        : await this.net.heartbeat(t, this.source.item());
    this.inFlight = false;
    if (this.stopped) return;
    if (!reply.ok && reply.status === 410) this.handOver();
    this.hear(reply.ok ? reply.data : (reply.body as Partial<EventReply>), asked);
    if (this.stopped) return;
    if (reply.ok) this.succeeded();
    else await this.failed(reply);
  }

  // What every reply carries, also beside an error.
  private hear(said: Partial<EventReply>, asked: number): void {
    if (typeof said.remaining_ms === "number") this.listener.remaining(said.remaining_ms, asked, this.timers.monotonic());
    if (typeof said.hwm === "number") {
      const own = this.source.covers(said.hwm, said.head);
      if (this.handingOver) {
        if (own && said.hwm > this.mark) this.mark = said.hwm;
        return;
      }
      // Of another chain nothing is known to be there.
      this.listener.marked((this.mark = own ? said.hwm : 0));
      if (!own) return this.giveBack();
    }
    if (this.handingOver) return;
    if (said.state === "finished") this.listener.finished();
    if (said.state === "closed") this.listener.closed();
    if (said.commands) this.parked = said.commands.some((command) => command.kind === "parked");
    for (const command of said.commands ?? []) {
      if (command.kind === "closed") this.listener.closed();
      if (command.kind === "superseded") this.handOver();
      if (command.kind === "reload") this.listener.reload();
    }
  }

  private succeeded(): void {
    this.started = true;
    this.reached();
    this.plan(0);
  }

  private reached(): void {
    this.resumed = 0;
    this.lastContact = this.timers.monotonic();
    this.failures = 0;
    this.notBefore = 0;
    this.trouble = 0;
    this.say(true, this.parked ? "parked" : undefined);
  }

  private say(connected: boolean, cause: Cause | undefined): void {
    if (connected === this.connected && cause === this.cause) return;
    this.connected = connected;
    this.cause = cause;
    this.listener.connection(connected, cause);
  }

  private failed(reply: Failure): void | Promise<void> {
    switch (reply.code) {
      case "event_gap":
        // The mark came with it: send again from there.
        this.reached();
        return this.pause(this.backoff());
      case "event_conflict":
      case "bad_event_line":
        return this.giveBack();
      case "attempt_finished":
        this.reached();
        return this.listener.finished();
      case "sitting_closed":
        this.reached();
        return this.listener.closed();
      case "attempt_not_started":
        this.reached();
        this.started = false;
        return this.pause(this.backoff());
      case "quota":
        this.reached();
        return this.pause(reply.retry_after_ms ?? quotaPause_ms);
      case "attempt_unknown":
        return this.resume();
    }
    if (reply.status === 401) return this.resume();
    if (reply.status === 410) return this.handOn();
    this.unreached(reply.code === "timeout" ? 2 : 1, namedCause(reply));
    this.pause(Math.max(reply.retry_after_ms ?? 0, this.backoff()));
  }

  // One lost request is no news; a refusal that names its cause is. A server that was parked may well fall silent.
  private unreached(weight: number, named: Cause | undefined): void {
    this.trouble += weight;
    if (named) this.parked = named === "parked";
    if (named || this.trouble >= 2) this.say(false, named ?? (this.parked ? "parked" : "unreachable"));
  }

  private async resume(): Promise<void> {
    this.inFlight = true;
    const reply = await this.net.resume();
    this.inFlight = false;
    if (this.stopped) return;
    this.resumed += 1;
    if (!reply.ok && reply.status === 410) {
      this.handOver();
      return this.stop();
    }
    // A ticket that opens a session which is then refused helps no more than one that opens none.
    if (reply.ok ? this.resumed >= 3 : reply.status === 401 || reply.status === 403) {
      this.stop();
      return this.listener.loginNeeded();
    }
    if (reply.ok) return this.plan(0);
    this.unreached(1, namedCause(reply));
    this.pause(Math.max(reply.retry_after_ms ?? 0, this.backoff()));
  }

  // A newer epoch owns the attempt: the page is locked. What waits is still handed over; the server keeps it apart.
  private handOver(): void {
    if (this.handingOver) return;
    this.handingOver = true;
    this.listener.superseded();
  }

  // One batch after the other while the server takes them.
  private handOn(): void {
    if (this.mark === this.handedMark) return this.stop();
    this.handedMark = this.mark;
    this.plan(0);
  }

  private giveBack(): void {
    this.reached();
    this.stop();
    this.listener.rejoin();
  }

  private backoff(): number {
    const most = Math.min(backoffMost_ms, backoffFirst_ms * 2 ** this.failures);
    this.failures += 1;
    return this.timers.random() * most;
  }

  private pause(delay_ms: number): void {
    this.notBefore = this.timers.monotonic() + delay_ms;
    this.plan(delay_ms);
  }
}
