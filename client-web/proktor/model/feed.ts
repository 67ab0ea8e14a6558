// Keeps the board fed: Server-Sent Events, a watchdog of its own, and polling while the stream is away.
// Owns its timers and the stream; knows nothing of the screen. A dead stream looks open to the browser
// (half-open TCP), so silence is judged here: the server ticks every 10 s.

import type { BoardFrame, RowsFrame, TickFrame } from "./types.ts";

export const silence_max_ms = 25_000;
export const broken_max_ms = 4_000;
export const poll_every_ms = 5_000;
export const reopen_first_ms = 500;
export const reopen_max_ms = 8_000;
const watch_every_ms = 1_000;

export type Stream = {
  onerror: ((event: Event) => void) | null;
  addEventListener(kind: string, listener: (event: MessageEvent<string>) => void): void;
  close(): void;
};

export type FeedParts = {
  open(): Stream;
  // The whole board by a plain request; undefined when it could not be had.
  poll(): Promise<BoardFrame | undefined>;
  onBoard(frame: BoardFrame): void;
  onRows(frame: RowsFrame): void;
  onTick(frame: TickFrame): void;
  onLive(live: boolean): void;
  now_ms(): number;
  random(): number;
};

export class Feed {
  private stream: Stream | undefined;
  private watch: ReturnType<typeof setInterval> | undefined;
  private reopen: ReturnType<typeof setTimeout> | undefined;
  private heard_ms: number;
  private opened_ms: number;
  private broken_ms: number | undefined;
  private polled_ms = -Infinity;
  private wait_ms = reopen_first_ms;
  private live = true;
  private stopped = false;
  private polling = false;

  constructor(private readonly parts: FeedParts) {
    this.heard_ms = parts.now_ms();
    this.opened_ms = this.heard_ms;
  }

  start(): void {
    this.connect();
    this.watch = setInterval(() => this.check(), watch_every_ms);
  }

  stop(): void {
    this.stopped = true;
    clearInterval(this.watch);
    clearTimeout(this.reopen);
    this.stream?.close();
  }

  private connect(): void {
    this.stream?.close();
    const stream = this.parts.open();
    this.stream = stream;
    this.opened_ms = this.parts.now_ms();
    stream.addEventListener("board", (event) => this.heard(stream, () => this.parts.onBoard(JSON.parse(event.data) as BoardFrame)));
    stream.addEventListener("rows", (event) => this.heard(stream, () => this.parts.onRows(JSON.parse(event.data) as RowsFrame)));
    stream.addEventListener("tick", (event) => this.heard(stream, () => this.parts.onTick(JSON.parse(event.data) as TickFrame)));
    stream.onerror = () => this.lost(stream);
  }

  private heard(stream: Stream, apply: () => void): void {
    if (this.stopped || stream !== this.stream) return;
    this.heard_ms = this.parts.now_ms();
    this.broken_ms = undefined;
    this.wait_ms = reopen_first_ms;
    apply();
    this.setLive(true);
  }

  private lost(stream: Stream): void {
    if (this.stopped || stream !== this.stream) return;
    stream.close();
    this.stream = undefined;
    this.broken_ms ??= this.parts.now_ms();
    const delay_ms = this.wait_ms * (0.5 + this.parts.random() / 2);
    this.wait_ms = Math.min(this.wait_ms * 2, reopen_max_ms);
    clearTimeout(this.reopen);
    this.reopen = setTimeout(() => this.connect(), delay_ms);
  }

  private check(): void {
    const now_ms = this.parts.now_ms();
    const silent = now_ms - this.heard_ms >= silence_max_ms;
    const broken = this.broken_ms !== undefined && now_ms - this.broken_ms >= broken_max_ms;
    if (!silent && !broken) return;
    this.setLive(false);
    // A stream just opened gets its own time before it is given up.
    if (silent && this.stream && now_ms - this.opened_ms >= silence_max_ms) this.lost(this.stream);
    if (now_ms - this.polled_ms >= poll_every_ms && !this.polling) void this.pollOnce(now_ms);
  }

  private async pollOnce(now_ms: number): Promise<void> {
    this.polled_ms = now_ms;
    this.polling = true;
    const frame = await this.parts.poll().catch(() => undefined);
    this.polling = false;
    if (frame && !this.stopped && !this.live) this.parts.onBoard(frame);
  }

  private setLive(live: boolean): void {
    if (live === this.live) return;
    this.live = live;
    this.parts.onLive(live);
  }
}
