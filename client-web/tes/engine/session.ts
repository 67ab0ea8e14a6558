// Where the pupil is between opening the page and the end of the sesi: one `view` at a time, changed only here. Owns the
// outbox, the open attempt and the images; screens call its methods and draw its view.
import type { Failure, Reply } from "../../shared/api.ts";
import { randomHex } from "../../shared/sha256.ts";
import { fetchLate } from "../late.ts";
import { Assets, spread_ms } from "./assets.ts";
import { Attempt } from "./attempt.ts";
import { causeOf, type Cause } from "./cause.ts";
import { browserClock } from "./clock.ts";
import { hasLeft, markLeft, rememberDevice, rememberedDevice } from "./device.ts";
import { handOver } from "./handover.ts";
import type { Ending } from "./link.ts";
import * as net from "./net.ts";
import { Outbox } from "./outbox.ts";
import type { Timers } from "./sender.ts";
import { Tabs } from "./tabs.ts";
import type { Fault, View } from "./view.ts";
import type { Info, PupilState, TestEntry } from "./wire.ts";

export type { Fault, View } from "./view.ts";

export const infoEvery_ms = 10_000;
const approvalEvery_ms = 2_000;
const gateEvery_ms = 4_000;
const retryFirst_ms = 500;
const retryMost_ms = 8_000;

const timers: Timers = {
  set: (run, delay_ms) => setTimeout(run, delay_ms),
  clear: (handle) => clearTimeout(handle as number),
  monotonic: () => performance.now(),
  random: () => Math.random(),
};

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

export function nextTest(state: PupilState): TestEntry | undefined {
  return state.tests.find((test) => test.state !== "finished");
}

export class Session {
  view: View = { at: "connecting", cause: undefined };
  info: Info | undefined;
  onview: (view: View) => void = () => {};
  oninfo: (info: Info | undefined) => void = () => {};
  private outbox!: Outbox;
  private device = "";
  private tabs = Tabs.open(randomHex(8));
  private images = new Assets();
  private attempt: Attempt | undefined;
  private turn = 0;

  async start(): Promise<void> {
    this.tabs.ontaken = async () => {
      const state = "state" in this.view ? this.view.state : undefined;
      this.drop();
      this.show({ at: "locked", why: "taken", state });
    };
    document.addEventListener("visibilitychange", () => this.attempt?.visible(document.visibilityState === "visible"));
    window.addEventListener("pagehide", () => this.attempt?.leaving());
    window.addEventListener("online", () => this.attempt?.wake());
    window.addEventListener("pageshow", () => this.attempt?.wake());
    if (await this.tabs.busyElsewhere()) return this.show({ at: "locked", why: "tab", state: undefined });
    await this.open();
  }

  // From a locked second tab: the work moves here.
  async takeTab(): Promise<void> {
    this.show({ at: "connecting", cause: undefined });
    await this.tabs.take();
    await this.open();
  }

  async login(username: string, password: string): Promise<void> {
    this.show({ at: "login", busy: true, fault: undefined, connected: true });
    await handOver(this.outbox, net);
    this.heard(await net.login(username.trim(), password.trim(), this.device));
  }

  async sendToken(text: string): Promise<void> {
    if (this.view.at !== "confirm") return;
    const { state } = this.view;
    this.show({ at: "confirm", state, busy: true, fault: undefined });
    const reply = await net.token(text.trim().toUpperCase());
    if (reply.ok) return this.enter(reply.data);
    if (reply.status === 401) return this.toLogin();
    this.show({ at: "confirm", state, busy: false, fault: fault(reply) });
  }

  // "Bukan saya", and leaving at the end: the computer is free for the next pupil.
  async leave(): Promise<void> {
    this.drop();
    markLeft(true);
    await this.outbox.closeAll();
    const reply = await net.logout();
    if (reply.ok || reply.status === 401) markLeft(false);
    this.toLogin();
  }

  async startTest(): Promise<void> {
    if (this.view.at === "card") await this.prepare(this.view.state, this.view.test, true);
  }

  goOn(): void {
    if (this.view.at === "done") this.enter(this.view.state);
  }

  // From a lock screen: asks the server again who is at work here.
  async again(): Promise<void> {
    this.drop();
    await this.open();
  }

  // The items of the view "work" are on the screen.
  painted(): void {
    if (this.view.at === "work" && this.attempt === this.view.attempt) this.attempt.begin();
  }

  private async open(): Promise<void> {
    const turn = this.newTurn();
    this.show({ at: "connecting", cause: undefined });
    this.outbox = await Outbox.open();
    this.device = await this.outbox.device(rememberedDevice());
    rememberDevice(this.device);
    this.tabs.claim();
    if (hasLeft()) {
      if (!(await this.untilReached(turn, net.logout, (cause) => this.show({ at: "connecting", cause })))) return;
      markLeft(false);
    }
    const reply = await this.untilReached(turn, net.state, (cause) => this.show({ at: "connecting", cause }));
    if (!reply) return;
    if (reply.ok) return this.enter(reply.data);
    // The same device goes on by itself: the cookie may be gone, the ticket is here.
    const [record] = await this.outbox.unfinished();
    const resumed = record ? await this.untilReached(turn, () => net.resume(record.ticket), (cause) => this.show({ at: "connecting", cause })) : undefined;
    if (resumed?.ok) return this.enter(resumed.data);
    this.toLogin();
  }

  // Where this state belongs.
  private enter(state: PupilState): void {
    this.newTurn();
    void this.outbox.wipeOthers(state.participant.nisn);
    if (!state.sitting || state.sitting.state === "closed") return this.show({ at: "locked", why: "closed", state });
    const running = state.attempt && state.tests.find((test) => test.id === state.attempt?.test && test.state === "running");
    if (running && state.token === "accepted") return void this.prepare(state, running, false);
    if (state.token === "needed") return this.show({ at: "confirm", state, busy: false, fault: undefined });
    const test = nextTest(state);
    if (!test) return this.show({ at: "end", state });
    this.show({ at: "card", state, test, fault: undefined });
    if (test.state === "locked") void this.waitForGate(this.newTurn());
  }

  private heard(reply: Reply<PupilState>): void {
    if (reply.ok) {
      markLeft(false);
      return this.enter(reply.data);
    }
    const digits = reply.body["digits"];
    const wait = reply.body["wait"];
    if (reply.code === "approval_pending" && typeof digits === "string" && typeof wait === "string")
      return void this.waitForApproval(this.newTurn(), digits, wait);
    this.toLogin(fault(reply));
  }

  private async waitForApproval(turn: number, digits: string, wait: string): Promise<void> {
    this.show({ at: "approval", digits, cause: undefined });
    for (;;) {
      await pause(approvalEvery_ms);
      if (turn !== this.turn) return;
      const reply = await net.loginWait(wait);
      if (turn !== this.turn) return;
      if (reply.ok || (reply.status >= 400 && reply.status < 500 && reply.code !== "approval_pending" && reply.status !== 429))
        return this.heard(reply);
      const now = reply.body["digits"];
      this.show({ at: "approval", digits: typeof now === "string" ? now : digits, cause: reply.status === 0 || reply.status >= 500 ? causeOf(reply) : undefined });
    }
  }

  cancelApproval(): void {
    this.toLogin();
  }

  private async waitForGate(turn: number): Promise<void> {
    for (;;) {
      await pause(gateEvery_ms * (0.75 + Math.random() / 2));
      if (turn !== this.turn || this.view.at !== "card") return;
      const reply = await net.state();
      if (turn !== this.turn || this.view.at !== "card") return;
      if (!reply.ok && reply.status === 401) return this.toLogin();
      if (reply.ok && (nextTest(reply.data)?.state !== "locked" || reply.data.sitting?.state !== "open")) return this.enter(reply.data);
    }
  }

  private async prepare(state: PupilState, test: TestEntry, fresh: boolean): Promise<void> {
    const turn = this.newTurn();
    const gone = (): boolean => turn !== this.turn;
    let progress = 0;
    const draw = (cause?: Cause): void => this.show({ at: "preparing", state, test, progress, cause });
    draw();
    if (fresh) await pause(Math.random() * spread_ms);
    const list = await this.untilReached(turn, () => net.assets(test.id), draw);
    if (!list) return;
    if (list.ok) await this.images.load(list.data.assets, net.asset, (done) => { progress = done; if (!gone()) draw(); }, gone);
    const asked = performance.now();
    const reply = gone() ? undefined : await this.untilReached(turn, () => net.prepare(test.id), draw);
    if (!reply) return;
    if (!reply.ok) return this.notPrepared(state, test, reply);
    if (!(await fetchLate(reply.data.test, gone, () => draw("unreachable")))) return;
    const attempt = await Attempt.open({
      outbox: this.outbox, clock: browserClock, timers,
      net: net.attemptNet(test.id, () => this.outbox.record?.ticket ?? reply.data.ticket),
    }, reply.data, state.participant, test.id, asked);
    if (gone()) return;
    attempt.onend = (ending) => void this.ended(attempt, state, test, ending);
    this.attempt = attempt;
    this.show({ at: "work", state, test, attempt, images: this.images });
  }

  private async notPrepared(state: PupilState, test: TestEntry, reply: Failure): Promise<void> {
    if (reply.status === 401) return this.toLogin();
    if (reply.status === 410) return this.show({ at: "locked", why: "superseded", state });
    if (reply.code === "sitting_closed") return this.show({ at: "locked", why: "closed", state });
    if (reply.code === "attempt_finished") return this.refresh();
    this.show({ at: "card", state, test, fault: fault(reply) });
  }

  private async ended(attempt: Attempt, state: PupilState, test: TestEntry, ending: Ending): Promise<void> {
    if (this.attempt !== attempt) return;
    switch (ending.why) {
      case "finished":
        this.attempt = undefined;
        this.images.clear();
        if (!ending.result) return this.refresh();
        return this.show({ at: "done", state: ending.result.state, test, result: ending.result, next: nextTest(ending.result.state) });
      case "reload": return this.again();
      case "stage": return this.prepare(state, test, false);
      default:
        return this.show({ at: "locked", why: ending.why, state });
    }
  }

  private async refresh(): Promise<void> {
    const turn = this.newTurn();
    const reply = await this.untilReached(turn, net.state, () => {});
    if (!reply) return;
    if (reply.ok) this.enter(reply.data);
    else this.toLogin();
  }

  private toLogin(why?: Fault): void {
    const turn = this.newTurn();
    this.show({ at: "login", busy: false, fault: why, connected: why?.code !== "unreachable" && why?.code !== "timeout" });
    void this.watchServer(turn);
  }

  // The login page says whether the server answers, and for which school.
  private async watchServer(turn: number): Promise<void> {
    while (turn === this.turn) {
      const reply = await net.info();
      if (turn !== this.turn) return;
      if (reply.ok) this.oninfo(this.info = reply.data);
      if (this.view.at === "login") this.show({ ...this.view, connected: reply.ok || reply.status >= 400 });
      await pause(reply.ok ? infoEvery_ms : infoEvery_ms / 4);
    }
  }

  // Repeats a call with back-off while the server cannot be reached; undefined when the page has moved on meanwhile.
  private async untilReached<T>(turn: number, call: () => Promise<Reply<T>>, missed: (cause: Cause) => void): Promise<Reply<T> | undefined> {
    for (let wait_ms = retryFirst_ms; ; wait_ms = Math.min(retryMost_ms, wait_ms * 2)) {
      const reply = await call();
      if (turn !== this.turn) return undefined;
      if (reply.ok || (reply.status >= 400 && reply.status < 500 && reply.status !== 429 && reply.status !== 408)) return reply;
      missed(causeOf(reply));
      await pause(Math.max(reply.retry_after_ms ?? 0, Math.random() * wait_ms));
      if (turn !== this.turn) return undefined;
    }
  }

  private drop(): void {
    this.newTurn();
    this.attempt?.close();
    this.attempt = undefined;
    this.images.clear();
  }

  private newTurn(): number {
    this.turn += 1;
    return this.turn;
  }

  private show(view: View): void {
    this.view = view;
    this.onview(view);
  }
}

function fault(reply: Failure): Fault {
  return { code: reply.code, message: reply.message };
}
