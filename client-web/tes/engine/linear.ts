// Where a pupil may go: a linear part is worked through item by item and nothing in it is opened twice. Pure.
import type { Item } from "./wire.ts";

// From the item at one index to that at another.
export function reachable(items: Item[], from: number, to: number): boolean {
  if (to === from) return true;
  if (to < 0 || to >= items.length) return false;
  const linear = items.slice(Math.min(from, to), Math.max(from, to) + 1).some((item) => item.linear === true);
  return !linear || to === from + 1;
}
