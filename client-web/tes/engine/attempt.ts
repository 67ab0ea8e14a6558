// One attempt on this page: what the pupil does becomes events on disk and on the server, and one snapshot for the
// screen. Joins outbox, link, typing, clocks. Does not know how anything looks.
import type { SaveKind } from "../../shared/save.ts";
import { Answers, type Answer } from "./answers.ts";
import type { Interval } from "./blocked.ts";
import type { Cause } from "./cause.ts";
import { Countdown, PageTime, type ClockSource } from "./clock.ts";
import type { EventBody } from "./event.ts";
import { lifeEvery_ms } from "./life.ts";
import { Link, type AttemptNet, type Ending } from "./link.ts";
import { LostTime } from "./lost-time.ts";
import type { Outbox } from "./outbox.ts";
import type { Timers } from "./sender.ts";
import { Typing } from "./typing.ts";
import type { Item, Prepared, PupilState, Test, Value } from "./wire.ts";

export interface Environment { outbox: Outbox; net: AttemptNet; clock: ClockSource; timers: Timers }

export interface Snapshot {
  answers: ReadonlyMap<string, Answer>;
  item: string;
  save: SaveKind;
  unsent: number;
  connected: boolean;
  cause: Cause | undefined;
  remaining_ms: number | undefined;
  // Set once Selesai was pressed or the time is over: no answer is taken any more.
  finishing: "pressed" | "time" | undefined;
  // The stage is being closed.
  closing: boolean;
  // Events cannot be stored on this computer; everything then hangs on the server.
  storage: boolean;
}

const tick_ms = 1_000;
// Kinds that the save state is about.
const answering = new Set(["answer", "clear", "flag", "submit"]);

export class Attempt {
  readonly test: Test;
  onchange: (snapshot: Snapshot) => void = () => {};
  onend: (ending: Ending) => void = () => {};
  private answers: Answers;
  private typing: Typing;
  private link: Link;
  private time: PageTime;
  private countdown: Countdown;
  private lost: LostTime;
  private current = "";
  private finishing: "pressed" | "time" | undefined;
  private undrafted = new Set<string>();
  private over = false;
  private ticker: unknown;
  private closing = false;

  private constructor(private env: Environment, readonly prepared: Prepared, participant: PupilState["participant"], test: string) {
    this.test = prepared.test;
    this.answers = new Answers(prepared.answers);
    this.countdown = new Countdown(env.clock);
    this.lost = new LostTime(env.clock, env.outbox, prepared, this.countdown);
    this.time = new PageTime(env.clock, this.lost.since_t);
    this.typing = new Typing(env.timers, (item) => void this.saveDraft(item), (item) => this.commit(item));
    this.link = new Link(env, prepared, { participant: participant.nisn, username: participant.username, test }, {
      append: (body) => void this.append(body), changed: () => this.linkChanged(), end: (ending, stop) => this.end(ending, stop),
      item: () => this.current || undefined, t: () => this.time.now(), finishing: () => this.finishing !== undefined,
      closing: () => (this.closing && !this.finishing ? this.prepared.stage?.number : undefined), routed: () => this.submit("pressed"),
      remaining: (ms, asked, heard) => this.tell(this.lost.hear(ms, asked, heard, this.time.now(), this.link.mark)),
      difference: (known) => this.answers.difference(known),
    });
  }

  // Takes up the attempt: the server's answers, then what this computer wrote beyond them. `asked`: monotonic clock when
  // prepare was sent.
  static async open(env: Environment, prepared: Prepared, participant: PupilState["participant"], test: string, asked: number): Promise<Attempt> {
    await env.outbox.join({ ...prepared, participant: participant.nisn, username: participant.username, test }, (own) => {
      const seen = new Answers(prepared.answers);
      for (const body of own) seen.apply(body);
      return seen.difference(new Answers(prepared.answers));
    });
    const attempt = new Attempt(env, prepared, participant, test);
    for (const body of env.outbox.after(prepared.hwm)) attempt.answers.apply(body);
    for (const draft of await env.outbox.drafts()) {
      attempt.answers.setValue(draft.item, draft.value);
      attempt.commit(draft.item);
    }
    attempt.countdown.correct(prepared.remaining_ms, asked, env.clock.monotonic());
    if (env.outbox.record?.submit_seq !== undefined || prepared.submitted || prepared.stage?.ended) {
      attempt.finishing = "pressed";
      // Pressed on another computer: this epoch's own chain must end with it too.
      if (env.outbox.record?.submit_seq === undefined) void attempt.append({ kind: "submit" });
    }
    return attempt;
  }

  // Items are visible: time may run, events may go. The start press goes out when the server has not had it.
  begin(): void {
    this.link.begin();
    this.tell(this.lost.begin(this.time.now()));
    if (!this.fresh) this.show(this.firstItem());
    this.ticker = this.env.timers.set(() => this.tick(), tick_ms);
    this.changed();
  }

  get snapshot(): Snapshot {
    const unsent = this.unsentItems();
    return {
      answers: this.answers.all, item: this.current, save: this.saveKind(), unsent: unsent.size, connected: this.link.connected, cause: this.link.cause,
      remaining_ms: this.countdown.remaining_ms(), finishing: this.finishing, closing: this.closing, storage: this.env.outbox.stores,
    };
  }

  item(id: string): Item | undefined { return this.test.items.find((item) => item.id === id); }

  // A later stage of which no item was shown yet, here or on another computer.
  get fresh(): boolean { return (this.prepared.stage?.number ?? 1) > 1 && !this.lastShown(); }

  // Where the pupil goes on: the item shown last, else the first without an answer.
  firstItem(): string { return (this.lastShown() ?? this.test.items.find((item) => !this.answers.answered(item.id)) ?? this.test.items[0])?.id ?? ""; }

  private lastShown(): Item | undefined {
    const visit = this.env.outbox.events.filter((event) => event.kind === "visit").pop();
    return this.item(this.current || (visit?.item ?? "")) ?? this.item(`i${this.prepared.current ?? 0}`);
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
  leaveField(item: string): void { this.typing.flush(item); }

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

  wake(): void { this.link.wake(); }

  // No answer is taken any more until the next stage is here.
  closeStage(): void {
    if (this.shut) return;
    this.typing.flushAll();
    // From now until items of the next stage are visible nothing can be answered.
    this.live();
    this.closing = true;
    this.link.closeWhenSent();
    this.changed();
  }

  submit(cause: "pressed" | "time"): void {
    if (this.over || this.finishing) return;
    this.typing.flushAll();
    this.finishing = cause;
    void this.append({ kind: "submit" });
  }

  // Stops everything; what is stored stays. For another tab that takes over, and at the end.
  close(): void {
    this.over = true;
    this.typing.flushAll();
    this.link.stop();
    this.env.timers.clear(this.ticker);
  }

  private live(): void {
    if (!this.over && !this.closing) this.lost.live((this.lived_t = this.time.now()), this.link.mark);
  }
  private lived_t = 0;
  private tell(gaps: Interval[]): void {
    for (const gap of this.finishing ? [] : gaps) {
      void this.append({ kind: "blocked", value: gap });
      this.lost.told(gap, this.env.outbox.record?.seq ?? 0, this.time.now());
    }
    // A sign of life knows what was told before it.
    if (gaps.length > 0) this.live();
  }

  private get shut(): boolean { return this.over || this.closing || this.finishing !== undefined || this.link.cause === "parked"; }

  private commit(item: string): void {
    const event = this.answers.event(item);
    if (event) void this.append(event);
    else this.undrafted.delete(item);
    this.changed();
  }

  private async append(body: EventBody): Promise<void> {
    const writing = this.env.outbox.append(body, this.time.now());
    if (body.item !== undefined) this.undrafted.delete(body.item);
    this.changed();
    await writing;
    this.link.kick();
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
    this.tell(this.lost.tick(this.time.now(), slept_ms));
    if (this.time.now() - this.lived_t >= lifeEvery_ms) this.live();
    if (slept_ms > 0) {
      this.countdown.doubt();
      this.link.beat();
    }
    if (this.lost.over(this.link.mark) && this.link.cause !== "parked") this.submit("time");
    this.changed();
  }

  // `stop` false lets the sender hand over what still waits.
  private end(ending: Ending, stop: boolean): void {
    if (this.over) return;
    this.typing.flushAll();
    if (stop) this.close();
    else this.link.drain();
    this.over = true;
    this.env.timers.clear(this.ticker);
    if (ending.why !== "login" && ending.why !== "reload" && ending.why !== "stage") void this.env.outbox.close();
    this.onend(ending);
  }

  // Also what the server has already counts: its mark may go back.
  private get lastAnswerSeq(): number {
    const { events, record } = this.env.outbox;
    for (let i = events.length - 1; i >= 0; i -= 1) if (answering.has(events[i]!.kind)) return events[i]!.seq;
    return record?.base_seq ?? 0;
  }

  private unsentItems(): Set<string> {
    const { mark } = this.link;
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
    const sent = this.link.mark >= this.lastAnswerSeq;
    const typed = this.typing.items.length > 0;
    if (sent && !typed) return "server";
    if (!this.link.connected) return "unsent";
    const stored = outbox.stores && this.lastAnswerSeq <= outbox.durable_seq && this.undrafted.size === 0;
    return stored ? "computer" : "saving";
  }

  // While parked nothing can be worked on and no time is charged: what was typed is kept, the clock stands.
  private linkChanged(): void {
    if (this.link.cause === "parked") this.typing.flushAll();
    this.countdown.hold(this.link.cause === "parked");
    this.changed();
  }

  private changed(): void { if (!this.over) this.onchange(this.snapshot); }
}
