// What the pupil has answered so far: values and ragu-ragu by item, and which of it is already an event. Pure.
import { outgoing, sameValue, type EventBody } from "./event.ts";
import type { ItemValue, ServerAnswer, Value } from "./wire.ts";

export interface Answer { value: ItemValue; flag: boolean }

const nothing: Answer = { value: {}, flag: false };

export class Answers {
  // Replaced, never changed in place, so that a screen sees each change.
  all: ReadonlyMap<string, Answer> = new Map();
  private told = new Map<string, ItemValue | undefined>();

  constructor(server: Record<string, ServerAnswer>) {
    const all = new Map<string, Answer>();
    for (const [item, answer] of Object.entries(server)) {
      all.set(item, { value: answer.value ?? {}, flag: answer.flag ?? false });
      this.told.set(item, answer.value);
    }
    this.all = all;
  }

  of(item: string): Answer {
    return this.all.get(item) ?? nothing;
  }

  answered(item: string): boolean {
    return outgoing(this.of(item).value) !== undefined;
  }

  set(item: string, response: string, value: Value | undefined): void {
    const { [response]: _old, ...others } = this.of(item).value;
    this.replace(item, { value: value === undefined || value.length === 0 ? others : { ...others, [response]: value }, flag: this.of(item).flag });
  }

  setValue(item: string, value: ItemValue): void {
    this.replace(item, { value, flag: this.of(item).flag });
  }

  setFlag(item: string, flag: boolean): void {
    this.replace(item, { value: this.of(item).value, flag });
  }

  // An event that was already written: on this page before it was loaded again.
  apply(body: EventBody): void {
    if (body.item === undefined) return;
    if (body.kind === "flag") this.setFlag(body.item, body.value === true);
    if (body.kind === "answer") this.setValue(body.item, (body.value ?? {}) as ItemValue);
    if (body.kind === "clear") this.setValue(body.item, {});
    if (body.kind === "answer" || body.kind === "clear") this.told.set(body.item, outgoing(this.of(body.item).value));
  }

  // The event that tells the item's value; undefined when the last one told the same.
  event(item: string): EventBody | undefined {
    const value = outgoing(this.of(item).value);
    if (sameValue(value, this.told.get(item))) return undefined;
    this.told.set(item, value);
    return value === undefined ? { kind: "clear", item } : { kind: "answer", item, value };
  }

  // The events that bring `server` to what stands here; for a chain that had to be begun anew.
  difference(server: Answers): EventBody[] {
    const events: EventBody[] = [];
    for (const [item, answer] of this.all) {
      const value = outgoing(answer.value);
      if (!sameValue(value, outgoing(server.of(item).value)))
        events.push(value === undefined ? { kind: "clear", item } : { kind: "answer", item, value });
      if (answer.flag !== server.of(item).flag) events.push({ kind: "flag", item, value: answer.flag });
      this.told.set(item, value);
    }
    return events;
  }

  private replace(item: string, answer: Answer): void {
    this.all = new Map(this.all).set(item, answer);
  }
}
