// Virtual time for engine tests: timers run in order of their time, between them promises settle. For tests only.
import type { ClockSource } from "../clock.ts";
import type { Timers } from "../sender.ts";

export class Lab implements Timers, ClockSource {
  now_ms = 1_000;
  sleep_ms = 0;
  private queue: { at: number; id: number; run: () => void }[] = [];
  private next = 1;

  constructor(public random: () => number = () => 0.5) {}

  set(run: () => void, delay_ms: number): unknown {
    const id = this.next++;
    this.queue.push({ at: this.now_ms + delay_ms, id, run });
    return id;
  }

  clear(handle: unknown): void {
    this.queue = this.queue.filter((one) => one.id !== handle);
  }

  monotonic(): number { return this.now_ms; }
  wall(): number { return 1_795_000_000_000 + this.now_ms + this.sleep_ms; }

  // Lets promises and IndexedDB (which works with macrotasks) finish.
  async settle(): Promise<void> {
    for (let i = 0; i < 12; i += 1) await new Promise((resolve) => setImmediate(resolve));
  }

  // Runs everything that falls due within `ms`.
  async run(ms: number): Promise<void> {
    const end = this.now_ms + ms;
    await this.settle();
    for (;;) {
      this.queue.sort((a, b) => a.at - b.at || a.id - b.id);
      const due = this.queue[0];
      if (!due || due.at > end) break;
      this.queue.shift();
      this.now_ms = Math.max(this.now_ms, due.at);
      due.run();
      await this.settle();
    }
    this.now_ms = end;
  }

  // A power cut: nothing that was planned happens.
  cut(): void { this.queue = []; }
}

// mulberry32: the same numbers for the same seed.
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
