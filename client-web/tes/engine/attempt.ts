// One attempt on this page: what the pupil does becomes events on disk and on the server, and one snapshot for the
// screen. Joins outbox, sender, typing, clocks. Does not know how anything looks.
import type { Reply } from "../../shared/api.ts";
import type { SaveKind } from "../../shared/save.ts";
import { Answers, type Answer } from "./answers.ts";
import { Blocked } from "./blocked.ts";
import { Countdown, PageTime, type ClockSource } from "./clock.ts";
import type { EventBody } from "./event.ts";
import { lastLife, lifeEvery_ms, saveLife } from "./life.ts";
import type { Outbox } from "./outbox.ts";
import { Sender, type Net, type Timers } from "./sender.ts";
import { Typing } from "./typing.ts";
import type { Finished, Item, Prepared, PupilState, Test, Value } from "./wire.ts";

export interface AttemptNet extends Net {
  prepare(): Promise<Reply<Prepared>>;
  finish(seq: number, head: string): Promise<Reply<Finished>>;
}

export interface Environment { outbox: Outbox; net: AttemptNet; clock: ClockSource; timers: Timers }

export type Ending =
  | { why: "finished"; result: Finished | undefined }
  | { why: "superseded" | "closed" | "login" | "reload" };

export interface Snapshot {
  answers: ReadonlyMap<string, Answer>;
  item: string;
  save: SaveKind;
  unsent: number;
  connected: boolean;
  remaining_ms: number | undefined;
  // Set once Selesai was pressed or the time is over: no answer is taken any more.
  finishing: "pressed" | "time" | undefined;
  // Events cannot be stored on this computer; everything then hangs on the server.
  storage: boolean;
}

const batchLines = 200;
const batch_bytes = 60_000;
const tick_ms = 1_000;
const rejoinPause_ms = 5_000;
const answering = new Set(["answer", "clear", "flag", "submit"]);

export class Attempt {
  readonly test: Test;
  readonly id: string;
  onchange: (snapshot: Snapshot) => void = () => {};
  onend: (ending: Ending) => void = () => {};
  private answers: Answers;
  private typing: Typing;
  private sender: Sender | undefined;
  private time: PageTime;
  private countdown: Countdown;
  private blocked = new Blocked();
  private current = "";
  private connected = true;
  private finishing: "pressed" | "time" | undefined;
  private lastAnswerSeq = 0;
  private undrafted = new Set<string>();
  private lastRejoin = -rejoinPause_ms;
  private over = false;
  private ticker: unknown;
  private beforeReload_t: number | undefined;
  private finishTries = 0;

  private constructor(private env: Environment, private prepared: Prepared, private participant: PupilState["participant"]) {
    this.test = prepared.test;
    this.id = prepared.attempt;
    this.answers = new Answers(prepared.answers);
    const record = env.outbox.record!;
    const lived_t = lastLife(record.attempt, record.epoch);
    const life_t = Math.max(record.last_t, lived_t ?? 0);
    this.beforeReload_t = prepared.started && (lived_t !== undefined || env.outbox.events.length > 0) ? life_t : undefined;
    this.time = new PageTime(env.clock, record.origin_ms, life_t);
    this.countdown = new Countdown(env.clock);
    this.typing = new Typing(env.timers, (item) => void this.saveDraft(item), (item) => this.commit(item));
  }

  // Takes up the attempt: the server's answers, then what this computer wrote beyond them. `asked`: monotonic clock when
  // prepare was sent.
  static async open(env: Environment, prepared: Prepared, participant: PupilState["participant"], test: string, asked: number): Promise<Attempt> {
    const rewrite = await env.outbox.join({ ...prepared, participant: participant.nisn, username: participant.username, test });
    const attempt = new Attempt(env, prepared, participant);
    attempt.testId = test;
    // Also what the server has already counts: its mark may go back.
    attempt.lastAnswerSeq = env.outbox.record?.base_seq ?? 0;
    for (const event of env.outbox.events) {
      if (answering.has(event.kind)) attempt.lastAnswerSeq = event.seq;
      if (event.seq <= prepared.hwm) continue;
      attempt.answers.apply({ kind: event.kind, item: event.item, value: (JSON.parse(event.line) as EventBody).value });
    }
    for (const body of rewrite) {
      attempt.answers.apply(body);
      if (answering.has(body.kind)) void attempt.append(body);
    }
    for (const draft of await env.outbox.drafts()) {
      attempt.answers.setValue(draft.item, draft.value);
      attempt.commit(draft.item);
    }
    attempt.countdown.correct(prepared.remaining_ms, asked, env.clock.monotonic());
    if (env.outbox.record?.submit_seq !== undefined) attempt.finishing = "pressed";
    return attempt;
  }
  private testId = "";

  // Items are visible: time may run, events may go. The start press goes out when the server has not had it.
  begin(firstItem: string): void {
    this.sender = new Sender(this.source(), this.env.net, this.listener(), this.env.timers, this.prepared.hwm, this.prepared.started);
    const gap = this.finishing ? undefined : Blocked.afterReload(this.beforeReload_t, this.time.now());
    if (gap) void this.append({ kind: "blocked", value: gap });
    this.show(firstItem);
    this.ticker = this.env.timers.set(() => this.tick(), tick_ms);
    this.changed();
  }

  get snapshot(): Snapshot {
    const unsent = this.unsentItems();
    return {
      answers: this.answers.all, item: this.current, save: this.saveKind(), unsent: unsent.size, connected: this.connected,
      remaining_ms: this.countdown.remaining_ms(), finishing: this.finishing, storage: this.env.outbox.stores,
    };
  }

  item(id: string): Item | undefined {
    return this.test.items.find((item) => item.id === id);
  }

  // The first item without an answer, or the first.
  firstOpen(): string {
    const items = this.test.items;
    return (items.find((item) => !this.answers.answered(item.id)) ?? items[0])?.id ?? "";
  }

  show(item: string): void {
    if (this.current === item) return;
    this.typing.flushAll();
    this.current = item;
    if (!this.finishing) void this.append({ kind: "visit", item });
    this.changed();
  }

  // A choice or a match: an event at once. Undefined or empty clears the response.
  choose(item: string, response: string, value: Value | undefined): void {
    if (this.shut) return;
    this.answers.set(item, response, value);
    this.typing.flush(item);
    this.commit(item);
  }

  type(item: string, response: string, text: string): void {
    if (this.shut) return;
    this.answers.set(item, response, text);
    this.undrafted.add(item);
    this.typing.changed(item);
    this.changed();
  }

  // The field was left.
  leaveField(item: string): void {
    this.typing.flush(item);
  }

  flag(item: string, on: boolean): void {
    if (this.shut) return;
    this.answers.setFlag(item, on);
    void this.append({ kind: "flag", item, value: on });
  }

  // Visibility of the page.
  visible(visible: boolean): void {
    if (this.over) return;
    this.typing.flushAll();
    if (!this.finishing) void this.append({ kind: visible ? "return" : "leave" });
    if (visible) this.wake();
    else this.live();
  }

  // The page is going away: the text in the fields becomes events while there is still a moment.
  leaving(): void {
    this.typing.flushAll();
    this.live();
  }

  wake(): void {
    this.sender?.wake();
  }

  submit(cause: "pressed" | "time"): void {
    if (this.shut) return;
    this.typing.flushAll();
    this.finishing = cause;
    void this.append({ kind: "submit" });
  }

  // Stops everything; what is stored stays. For another tab that takes over, and at the end.
  close(): void {
    this.over = true;
    this.typing.flushAll();
    this.sender?.stop();
    this.env.timers.clear(this.ticker);
  }

  private live(): void {
    const record = this.env.outbox.record;
    this.lived_t = this.time.now();
    if (record && !this.over) saveLife(record.attempt, record.epoch, this.lived_t);
  }
  private lived_t = 0;

  private get shut(): boolean {
    return this.over || this.finishing !== undefined;
  }

  private commit(item: string): void {
    const event = this.answers.event(item);
    if (event) void this.append(event);
    else this.undrafted.delete(item);
    this.changed();
  }

  private async append(body: EventBody): Promise<void> {
    const writing = this.env.outbox.append(body, this.time.now());
    const record = this.env.outbox.record;
    if (record && answering.has(body.kind)) this.lastAnswerSeq = record.seq;
    if (body.item !== undefined) this.undrafted.delete(body.item);
    this.changed();
    await writing;
    this.sender?.kick();
    this.changed();
  }

  private async saveDraft(item: string): Promise<void> {
    this.undrafted.delete(item);
    const saved = await this.env.outbox.saveDraft(item, this.answers.of(item).value);
    if (!saved && this.typing.items.includes(item)) this.typing.flush(item);
    this.changed();
  }

  private tick(): void {
    this.ticker = this.env.timers.set(() => this.tick(), tick_ms);
    const slept_ms = this.time.tick();
    const visible = typeof document === "undefined" || document.visibilityState === "visible";
    const gap = this.blocked.tick(this.time.now(), visible, slept_ms);
    if (gap && !this.finishing) void this.append({ kind: "blocked", value: gap });
    if (this.time.now() - this.lived_t >= lifeEvery_ms) this.live();
    if (slept_ms > 0) {
      this.countdown.doubt();
      this.sender?.beat();
    }
    if (this.countdown.remaining_ms() === 0) this.submit("time");
    this.changed();
  }

  private source() {
    const { outbox } = this.env;
    return {
      batch: (mark: number) => {
        const events = outbox.batch(mark, batchLines, batch_bytes);
        return { lines: events.map((event) => event.line), last_seq: events[events.length - 1]?.seq ?? mark };
      },
      covers: (mark: number) => outbox.covers(mark),
      item: () => this.current || undefined,
      t: () => this.time.now(),
    };
  }

  private listener() {
    return {
      marked: (hwm: number) => { void this.env.outbox.setMark(hwm); this.changed(); this.finishWhenSent(); },
      remaining: (ms: number, asked: number, heard: number) => this.countdown.correct(ms, asked, heard),
      connection: (connected: boolean) => { this.connected = connected; this.changed(); },
      superseded: () => this.end({ why: "superseded" }, false),
      closed: () => this.end({ why: "closed" }, false),
      finished: () => { if (this.finishing) this.finishWhenSent(true); else this.end({ why: "finished", result: undefined }, true); },
      loginNeeded: () => this.end({ why: "login" }, true),
      rejoin: () => this.rejoin(),
      reload: () => this.end({ why: "reload" }, true),
    };
  }

  // `stop` false lets the sender hand over what still waits.
  private end(ending: Ending, stop: boolean): void {
    if (this.over) return;
    this.typing.flushAll();
    if (stop) this.close();
    else this.sender?.drain();
    this.over = true;
    this.env.timers.clear(this.ticker);
    if (ending.why !== "login" && ending.why !== "reload") void this.env.outbox.close();
    this.onend(ending);
  }

  private finishBusy = false;

  private finishWhenSent(force = false): void {
    const record = this.env.outbox.record;
    if (!this.finishing || this.finishBusy || this.over || record?.submit_seq === undefined) return;
    if (!force && (this.sender?.mark ?? 0) < record.submit_seq) return;
    this.finishBusy = true;
    void this.finish();
  }

  private async finish(): Promise<void> {
    const record = this.env.outbox.record!;
    const reply = await this.env.net.finish(record.seq, record.head);
    this.finishBusy = false;
    if (this.over) return;
    if (reply.ok) return this.end({ why: "finished", result: reply.data }, true);
    if (reply.code === "head_mismatch" || reply.code === "event_gap") return this.rejoin();
    if (reply.status === 410) return this.end({ why: "superseded" }, false);
    if (reply.status === 401) await this.env.net.resume();
    const most = Math.min(15_000, 500 * 2 ** this.finishTries);
    this.finishTries += 1;
    if (this.finishTries >= 2 && reply.status === 0 && this.connected) { this.connected = false; this.changed(); }
    this.env.timers.set(() => this.finishWhenSent(), reply.retry_after_ms ?? 250 + this.env.timers.random() * most);
  }

  // The chain does not continue the server's: asks for the mark again and writes what differs as new events.
  private rejoin(): void {
    this.sender?.stop();
    const wait_ms = Math.max(0, this.lastRejoin + rejoinPause_ms - this.env.clock.monotonic());
    this.env.timers.set(() => void this.rejoinNow(), wait_ms);
  }

  private async rejoinNow(): Promise<void> {
    if (this.over) return;
    this.lastRejoin = this.env.clock.monotonic();
    const reply = await this.env.net.prepare();
    if (this.over) return;
    if (!reply.ok) {
      if (reply.status === 410) return this.end({ why: "superseded" }, true);
      if (reply.status === 401) return this.end({ why: "login" }, true);
      if (reply.code === "attempt_finished") return this.end({ why: "finished", result: undefined }, true);
      return this.rejoin();
    }
    const server = reply.data;
    await this.env.outbox.join({ ...server, participant: this.participant.nisn, username: this.participant.username, test: this.testId });
    const known = new Answers(server.answers);
    for (const event of this.env.outbox.events)
      if (event.seq > server.hwm) known.apply({ kind: event.kind, item: event.item, value: (JSON.parse(event.line) as EventBody).value });
    for (const body of this.answers.difference(known)) void this.append(body);
    if (this.finishing && this.env.outbox.record?.submit_seq === undefined) void this.append({ kind: "submit" });
    this.sender?.restart(server.hwm);
  }

  private unsentItems(): Set<string> {
    const mark = this.sender?.mark ?? this.prepared.hwm;
    const items = new Set<string>(this.typing.items);
    const { events } = this.env.outbox;
    for (let i = events.length - 1; i >= 0 && events[i]!.seq > mark; i -= 1) {
      const { item, kind } = events[i]!;
      if (item !== undefined && answering.has(kind)) items.add(item);
    }
    return items;
  }

  private saveKind(): SaveKind {
    const { outbox } = this.env;
    const sent = (this.sender?.mark ?? this.prepared.hwm) >= this.lastAnswerSeq;
    const typed = this.typing.items.length > 0;
    if (sent && !typed) return "server";
    if (!this.connected) return "unsent";
    const stored = outbox.stores && this.lastAnswerSeq <= outbox.durable_seq && this.undrafted.size === 0;
    return stored ? "computer" : "saving";
  }

  private changed(): void {
    if (!this.over) this.onchange(this.snapshot);
  }
}
