// The last moment this page was alive, kept where even a crash leaves it: what lies between it and the next page's first
// item is time the pupil could not use.

import type { LastLife } from "./blocked.ts";

const key = "proktor.hidup";
export const lifeEvery_ms = 5_000;

interface Life extends LastLife { attempt: string; epoch: string }

// `left`: the time left then, when the server has said it.
export function saveLife(attempt: string, epoch: string, t: number, left: number | undefined): void {
  try {
    localStorage.setItem(key, JSON.stringify({ attempt, epoch, t, left } satisfies Life));
  } catch {
    // Without storage the last event's t stands in.
  }
}

// Undefined when the last page worked on something else.
export function lastLife(attempt: string, epoch: string): LastLife | undefined {
  try {
    const life = JSON.parse(localStorage.getItem(key) ?? "null") as Life | null;
    return life && life.attempt === attempt && life.epoch === epoch && Number.isFinite(life.t) ? life : undefined;
  } catch {
    return undefined;
  }
}
