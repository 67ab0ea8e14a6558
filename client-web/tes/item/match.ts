// Choosing in a match table: pairs "row column", with the limits of rows, columns and the whole. Pure.
import type { MatchInteraction } from "../engine/wire.ts";

export interface Pressed { pairs: string[]; refused?: "row" | "column" | "all" }

const used = (pairs: string[], matches: (pair: string) => boolean): number => pairs.filter(matches).length;

// The pairs after `row` `column` was pressed, in the order of the rows. A row for one mark moves it. Anything else that is
// full refuses: a mark made elsewhere is never taken away by a press here.
export function pressPair(node: MatchInteraction, pairs: string[], row: string, column: string): Pressed {
  const pair = `${row} ${column}`;
  const rowMax = node.rows.find((one) => one.id === row)?.max ?? 0;
  if (pairs.includes(pair)) return { pairs: rowMax === 1 ? pairs : pairs.filter((one) => one !== pair) };
  const columnMax = node.cols.find((one) => one.id === column)?.max ?? 0;
  const inRow = (one: string): boolean => one.startsWith(`${row} `);
  const left = rowMax === 1 ? pairs.filter((one) => !inRow(one)) : pairs;
  if (rowMax > 0 && used(left, inRow) >= rowMax) return { pairs, refused: "row" };
  if (columnMax > 0 && used(left, (one) => one.endsWith(` ${column}`)) >= columnMax) return { pairs, refused: "column" };
  if (node.max > 0 && left.length >= node.max) return { pairs, refused: "all" };
  const order = node.rows.flatMap((one) => node.cols.map((two) => `${one.id} ${two.id}`));
  return { pairs: order.filter((one) => one === pair || left.includes(one)) };
}

export function rowsDone(node: MatchInteraction, pairs: string[]): number {
  return node.rows.filter((row) => pairs.some((pair) => pair.startsWith(`${row.id} `))).length;
}
