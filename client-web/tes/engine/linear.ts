// Where a pupil may go: a linear part is worked through item by item and nothing in it is opened twice. Pure.
import type { Test } from "./wire.ts";

// Whether each item, in the order of delivery, is of a linear part.
export function linearItems(test: Test): boolean[] {
  return (test.parts ?? []).flatMap((part) => Array.from({ length: part.items }, () => part.linear));
}

// From the item at one index to that at another, of `count`.
export function reachable(linear: boolean[], count: number, from: number, to: number): boolean {
  if (to === from) return true;
  if (to < 0 || to >= count) return false;
  return to === from + 1 || !linear.slice(Math.min(from, to), Math.max(from, to) + 1).includes(true);
}
