// The proctor's page as one state: who is logged in, the sitting looked at, its live board, the lock on acts.
// Owns the feed, the one-second tick and the answer to "may this act go out now"; draws nothing.

import { get, post, type Failure, type Reply } from "../../shared/api.ts";
import { zoneOf, type Zone } from "../../shared/format.ts";
import { id as texts } from "../texts/id.ts";
import { countRows, mergeRows, rowsOfBoard, type LiveRow } from "./board.ts";
import { falling, monotonic_ms } from "./countdown.ts";
import { Feed } from "./feed.ts";
import { needsOf } from "./needs.ts";
import { chooseSitting } from "./sittings.ts";
import type { Alarm, BoardFrame, Info, Me, Overview, RowsFrame, ServerHealth, Sitting, TickFrame, Token, User } from "./types.ts";

export type Phase = "loading" | "unreachable" | "no-rights" | "login" | "password" | "ready";
export type PasswordReason = "idle" | "expired";

export const idle_max_ms = 5 * 60_000;
const overview_every_ms = 15_000;
const token_look_every_ms = 2_000;
const sittingKey = "proktor.sesi";

type Anchored<T> = { value: T; anchor_ms: number };
type Question = { reason: PasswordReason; answer: (unlocked: boolean) => void };

export class Desk {
  phase = $state<Phase>("loading");
  info = $state.raw<Info | undefined>();
  user = $state.raw<User | undefined>();
  overview = $state.raw<Overview | undefined>();
  sittingId = $state<string | undefined>();

  rows = $state.raw<LiveRow[]>([]);
  token = $state.raw<Anchored<Token> | undefined>();
  server = $state.raw<ServerHealth | undefined>();
  alarms = $state.raw<Alarm[]>([]);
  boardKnown = $state(false);
  live = $state(true);
  frameAt = $state<number | undefined>();
  expired = $state(false);

  locked = $state(false);
  question = $state.raw<Question | undefined>();

  // Monotonic now, renewed each second; all clocks and countdowns hang on it.
  moment_ms = $state(monotonic_ms());
  // The exam's clock stands still since then: power is going.
  private heldAt_ms = $state<number | undefined>();
  readonly examMoment_ms = $derived(this.heldAt_ms ?? this.moment_ms);
  private clockOffset_ms = $state<number | undefined>();
  private lastInput_ms = monotonic_ms();
  private overviewAt_ms = 0;
  private boardAt_ms = 0;
  private feed: Feed | undefined;

  readonly zone: Zone = $derived(zoneOf(this.info?.time_zone ?? this.overview?.event.time_zone ?? "WIB"));
  readonly now = $derived(this.clockOffset_ms === undefined ? undefined : this.moment_ms + this.clockOffset_ms);
  readonly mark = $derived(this.overview?.event.mark ?? this.info?.mark ?? "LATIHAN");
  readonly sitting: Sitting | undefined = $derived(this.overview?.sittings.find((one) => one.id === this.sittingId));
  readonly counts = $derived(countRows(this.rows));
  readonly needs = $derived(needsOf(this.rows));
  readonly released = $derived(this.token?.value.released === true && this.sitting?.state === "open");
  readonly tokenLeft_ms = $derived(this.token ? falling(this.token.value.until_ms, this.token.anchor_ms, this.moment_ms) : 0);
  readonly mayRun = $derived(this.user?.role === "proktor");
  readonly mayAttend = $derived(this.user?.role === "proktor" || this.user?.role === "pengawas");

  async start(): Promise<void> {
    setInterval(() => this.tick(), 1000);
    for (const kind of ["pointerdown", "keydown", "wheel"]) {
      addEventListener(kind, () => this.touched(), { passive: true, capture: true });
    }
    await this.begin();
  }

  // Finds out who is logged in; also the way on after login, a new password and "Coba lagi".
  async begin(): Promise<void> {
    const info = await get<Info>("/api/info");
    if (info.ok) {
      this.info = info.data;
      this.setClock(info.data.now);
    }
    const me = await get<Me>("/api/staff/me");
    if (me.ok) return this.admit(me.data);
    this.phase = me.status === 0 || me.status >= 500 ? "unreachable" : "login";
  }

  async login(username: string, password: string): Promise<Failure | undefined> {
    const reply = await post<Me>("/api/staff/login", { username, password });
    if (!reply.ok) return reply;
    await this.admit(reply.data);
    return undefined;
  }

  async changePassword(old: string, fresh: string): Promise<Failure | undefined> {
    const reply = await post("/api/staff/password", { old, new: fresh });
    if (!reply.ok) return reply;
    await this.begin();
    return undefined;
  }

  async logout(): Promise<void> {
    this.feed?.stop();
    await post("/api/staff/logout");
    location.reload();
  }

  choose(sittingId: string): void {
    if (sittingId === this.sittingId) return;
    this.sittingId = sittingId;
    sessionStorage.setItem(sittingKey, sittingId);
    this.follow();
  }

  async refresh(): Promise<void> {
    this.overviewAt_ms = monotonic_ms();
    const reply = await get<Overview>("/api/proctor/overview");
    if (!reply.ok) {
      if (reply.status === 403 && !this.overview) this.phase = "no-rights";
      return this.noteRefusal(reply);
    }
    this.overview = reply.data;
    this.setClock(reply.data.now);
    if (this.sitting) return;
    const chosen = chooseSitting(reply.data, sessionStorage.getItem(sittingKey));
    if (chosen) this.choose(chosen.id);
  }

  // An act: asks for the password first when the console was idle or the login has run out.
  // Undefined means the person turned away from the question, and nothing was sent.
  async act<T>(path: string, body: unknown): Promise<Reply<T> | undefined> {
    if (this.locked && !(await this.ask("idle"))) return undefined;
    const reply = await post<T>(path, body);
    if (reply.ok || reply.status !== 401) return reply;
    return (await this.ask("expired")) ? post<T>(path, body) : undefined;
  }

  ask(reason: PasswordReason): Promise<boolean> {
    this.question?.answer(false);
    return new Promise((answer) => {
      this.question = { reason, answer };
    });
  }

  async unlock(password: string): Promise<Failure | undefined> {
    const reply = await post<Me>("/api/staff/login", { username: this.user?.username ?? "", password });
    if (!reply.ok) return reply;
    this.locked = false;
    this.lastInput_ms = monotonic_ms();
    if (this.expired) {
      this.expired = false;
      this.follow();
    }
    this.question?.answer(true);
    this.question = undefined;
    return undefined;
  }

  turnAway(): void {
    this.question?.answer(false);
    this.question = undefined;
  }

  setToken(token: string, until_ms: number): void {
    this.token = { value: { token, until_ms, released: true }, anchor_ms: monotonic_ms() };
  }

  private async admit(me: Me): Promise<void> {
    this.user = me.user;
    this.locked = false;
    this.lastInput_ms = monotonic_ms();
    if (me.must_change) {
      this.phase = "password";
      return;
    }
    await this.refresh();
    if (this.overview) this.phase = "ready";
    else if (this.phase !== "no-rights") this.phase = "unreachable";
  }

  private follow(): void {
    this.feed?.stop();
    this.rows = [];
    this.token = undefined;
    this.boardKnown = false;
    this.live = true;
    const sittingId = this.sittingId;
    if (!sittingId) return;
    const query = `?sitting=${encodeURIComponent(sittingId)}`;
    this.feed = new Feed({
      open: () => new EventSource(`/api/proctor/board/stream${query}`),
      poll: () => this.fetchBoard(),
      onBoard: (frame) => this.takeBoard(frame),
      onRows: (frame) => this.takeRows(frame),
      onTick: (frame) => this.takeRest(frame),
      onLive: (live) => (this.live = live),
      now_ms: monotonic_ms,
      random: Math.random,
    });
    this.feed.start();
  }

  private async fetchBoard(): Promise<BoardFrame | undefined> {
    const sittingId = this.sittingId ?? "";
    this.boardAt_ms = monotonic_ms();
    const reply = await get<BoardFrame>(`/api/proctor/board?sitting=${encodeURIComponent(sittingId)}`);
    if (reply.ok) return sittingId === this.sittingId ? reply.data : undefined;
    this.noteRefusal(reply);
    return undefined;
  }

  private takeBoard(frame: BoardFrame): void {
    this.boardKnown = true;
    this.rows = rowsOfBoard(frame, monotonic_ms());
    this.takeRest(frame);
    const state = frame.sitting.state;
    if (state && this.sitting && state !== this.sitting.state) void this.refresh();
  }

  private takeRows(frame: RowsFrame): void {
    this.rows = mergeRows(this.rows, frame.rows, monotonic_ms());
    this.takeRest(frame);
  }

  private takeRest(frame: TickFrame): void {
    if (frame.token) this.token = { value: frame.token, anchor_ms: monotonic_ms() };
    if (frame.server) this.server = frame.server;
    if (frame.alarms) {
      this.alarms = frame.alarms;
      const parked = frame.alarms.some((alarm) => alarm.code === "parked");
      this.heldAt_ms = parked ? (this.heldAt_ms ?? monotonic_ms()) : undefined;
    }
    this.frameAt = frame.now;
    this.setClock(frame.now);
  }

  // Small differences are the network's; the shown clock must not jump to and fro.
  private setClock(now: number): void {
    const offset_ms = now - monotonic_ms();
    if (this.clockOffset_ms === undefined || Math.abs(offset_ms - this.clockOffset_ms) > 500) this.clockOffset_ms = offset_ms;
  }

  private noteRefusal(failure: Failure): void {
    if (failure.status === 401) this.expired = true;
    const gone = failure.code === "safe_mode" || failure.code === "parked" ? texts.gone[failure.code] : undefined;
    if (gone) this.alarms = [{ code: failure.code, kind: "stop", ...gone, since: this.now ?? Date.now(), detail: "" }];
  }

  private tick(): void {
    this.moment_ms = monotonic_ms();
    this.checkIdle();
    if (this.phase === "ready" && this.moment_ms - this.overviewAt_ms >= overview_every_ms) void this.refresh();
    if (this.live && this.released && this.tokenLeft_ms === 0) void this.lookForToken();
  }

  // A token that has run out is replaced by the server: fetched at once, not at the next tick of the stream.
  private async lookForToken(): Promise<void> {
    if (this.moment_ms - this.boardAt_ms < token_look_every_ms) return;
    const frame = await this.fetchBoard();
    if (frame) this.takeBoard(frame);
  }

  private checkIdle(): void {
    if (this.phase === "ready" && monotonic_ms() - this.lastInput_ms >= idle_max_ms) this.locked = true;
  }

  private touched(): void {
    this.checkIdle();
    if (!this.locked) this.lastInput_ms = monotonic_ms();
  }
}

export const desk = new Desk();

// What a person reads when an act was refused: what happened, what is safe, what to do.
export function says(failure: Failure): string {
  const known: Record<string, unknown> = texts.errors;
  const own = known[failure.code];
  if (typeof own === "string") return own;
  if (failure.status === 0) return texts.errors.offline;
  return failure.message || `${texts.errors.offline} ${texts.errors.code(failure.code)}`;
}
