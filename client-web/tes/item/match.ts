// Choosing in a match table: pairs "row column", with the limits of rows, columns and the whole. Pure.
import type { MatchInteraction } from "../engine/wire.ts";

// The pairs after `row` `column` was pressed. A row or column that is full gives up its oldest pair, so that a press
// always does what it says; pairs stay in the order of the rows.
export function pressPair(node: MatchInteraction, pairs: string[], row: string, column: string): string[] {
  const pair = `${row} ${column}`;
  const rowMax = node.rows.find((one) => one.id === row)?.max ?? 0;
  if (pairs.includes(pair)) return rowMax === 1 ? pairs : pairs.filter((one) => one !== pair);
  const columnMax = node.cols.find((one) => one.id === column)?.max ?? 0;
  let kept = within(pairs, (one) => one.startsWith(`${row} `), rowMax);
  kept = within(kept, (one) => one.endsWith(` ${column}`), columnMax);
  kept = within(kept, () => true, node.max);
  const order = node.rows.flatMap((one) => node.cols.map((two) => `${one.id} ${two.id}`));
  return order.filter((one) => one === pair || kept.includes(one));
}

// Leaves room for one more among those that match; 0 means no limit.
function within(pairs: string[], matches: (pair: string) => boolean, max: number): string[] {
  if (max === 0) return pairs;
  let over = pairs.filter(matches).length - (max - 1);
  return pairs.filter((pair) => !matches(pair) || (over -= 1) < 0);
}

export function rowsDone(node: MatchInteraction, pairs: string[]): number {
  return node.rows.filter((row) => pairs.some((pair) => pair.startsWith(`${row.id} `))).length;
}
