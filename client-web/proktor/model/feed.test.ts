import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { broken_max_ms, Feed, poll_every_ms, reopen_max_ms, silence_max_ms, type Stream } from "./feed.ts";
import type { BoardFrame } from "./types.ts";

class FakeStream implements Stream {
  onerror: ((event: Event) => void) | null = null;
  closed = false;
  private listeners = new Map<string, (event: MessageEvent<string>) => void>();
  addEventListener(kind: string, listener: (event: MessageEvent<string>) => void) {
    this.listeners.set(kind, listener);
  }
  close() {
    this.closed = true;
  }
  say(kind: string, data: unknown = {}) {
    this.listeners.get(kind)?.({ data: JSON.stringify(data) } as MessageEvent<string>);
  }
}

const board: BoardFrame = { sitting: { id: "S1" }, token: null, rows: [], now: 1, server: { state: "ok", queue: 0 }, alarms: [] };

function setUp(poll: () => Promise<BoardFrame | undefined> = () => Promise.resolve(board)) {
  const streams: FakeStream[] = [];
  const seen = { boards: 0, rows: 0, ticks: 0, live: [] as boolean[], polls: 0 };
  const feed = new Feed({
    open: () => {
      const stream = new FakeStream();
      streams.push(stream);
      return stream;
    },
    poll: () => {
      seen.polls += 1;
      return poll();
    },
    onBoard: () => (seen.boards += 1),
    onRows: () => (seen.rows += 1),
    onTick: () => (seen.ticks += 1),
    onLive: (live) => seen.live.push(live),
    now_ms: () => Date.now(),
    random: () => 1,
  });
  feed.start();
  return { feed, streams, seen, last: () => streams[streams.length - 1] as FakeStream };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("frames are handed on, and ticks alone keep the board live", async () => {
  const { feed, seen, last } = setUp();
  last().say("board", board);
  last().say("rows", { rows: [], now: 2 });
  for (let step = 0; step < 6; step += 1) {
    await vi.advanceTimersByTimeAsync(10_000);
    last().say("tick");
  }
  expect(seen).toEqual({ boards: 1, rows: 1, ticks: 6, live: [], polls: 0 });
  feed.stop();
});

test("a silent stream is given up after 25 s, the board is polled, and comes back by itself", async () => {
  const { feed, streams, seen, last } = setUp();
  last().say("board", board);
  await vi.advanceTimersByTimeAsync(silence_max_ms + 1_000);
  expect(seen.live).toEqual([false]);
  expect(streams[0]?.closed).toBe(true);
  expect(seen.polls).toBe(1);
  await vi.advanceTimersByTimeAsync(poll_every_ms + 1_000);
  expect(seen.polls).toBe(2);
  expect(seen.boards).toBe(3);
  const reopened = last();
  expect(reopened).not.toBe(streams[0]);
  expect(reopened.closed).toBe(false);
  reopened.say("board", board);
  expect(seen.live).toEqual([false, true]);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen.polls).toBe(2);
  feed.stop();
});

test("a refused stream is opened again with growing waits and shown as lost after 4 s", async () => {
  const { feed, streams, seen, last } = setUp(() => Promise.resolve(undefined));
  last().say("board", board);
  last().onerror?.(new Event("error"));
  await vi.advanceTimersByTimeAsync(broken_max_ms - 2_000);
  expect(seen.live).toEqual([]);
  const waits: number[] = [];
  for (let step = 0; step < 8; step += 1) {
    const from = Date.now();
    const count = streams.length;
    last().onerror?.(new Event("error"));
    while (streams.length === count) await vi.advanceTimersByTimeAsync(100);
    waits.push(Date.now() - from);
  }
  expect(seen.live).toEqual([false]);
  expect(Math.max(...waits)).toBeLessThanOrEqual(reopen_max_ms);
  expect(waits[1]).toBeGreaterThan(waits[0] as number);
  feed.stop();
});

test("a short break that heals within 4 s is not shown", async () => {
  const { feed, seen, last } = setUp();
  last().say("board", board);
  last().onerror?.(new Event("error"));
  await vi.advanceTimersByTimeAsync(2_000);
  last().say("board", board);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(seen.live).toEqual([]);
  feed.stop();
});

test("a stopped feed opens nothing and hands on nothing", async () => {
  const { feed, streams, seen, last } = setUp();
  feed.stop();
  last().say("board", board);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(streams).toHaveLength(1);
  expect(seen.boards).toBe(0);
});
