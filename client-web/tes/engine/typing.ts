// When typed text becomes safe: a draft on this computer 400 ms after a change, an event after 3 s without typing,
// every 10 s while typing, and at once when told to flush. Owns timers only; what to store is the caller's.

export const draftAfter_ms = 400;
export const eventAfter_ms = 3_000;
export const eventEvery_ms = 10_000;

export interface TypingTimers {
  set(run: () => void, delay_ms: number): unknown;
  clear(handle: unknown): void;
}

interface Waiting { draft: unknown; idle: unknown; longest: unknown }

export class Typing {
  private waiting = new Map<string, Waiting>();

  constructor(private timers: TypingTimers, private saveDraft: (item: string) => void, private commit: (item: string) => void) {}

  changed(item: string): void {
    const now = this.waiting.get(item) ?? { draft: undefined, idle: undefined, longest: undefined };
    this.waiting.set(item, now);
    // Not put off by further typing: a fast typist's text is drafted too.
    now.draft ??= this.timers.set(() => { now.draft = undefined; this.saveDraft(item); }, draftAfter_ms);
    this.timers.clear(now.idle);
    now.idle = this.timers.set(() => this.flush(item), eventAfter_ms);
    now.longest ??= this.timers.set(() => this.flush(item), eventEvery_ms);
  }

  // Makes the event now if there is text that is not one yet.
  flush(item: string): void {
    const now = this.waiting.get(item);
    if (!now) return;
    for (const timer of [now.draft, now.idle, now.longest]) this.timers.clear(timer);
    this.waiting.delete(item);
    this.commit(item);
  }

  flushAll(): void {
    for (const item of [...this.waiting.keys()]) this.flush(item);
  }

  // Items whose text is not an event yet.
  get items(): string[] { return [...this.waiting.keys()]; }
}
