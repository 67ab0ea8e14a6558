// Choosing among marks, putting pieces into places and joining pairs, within the limits of the interaction. A press that
// a limit forbids changes nothing and says why. Pure.
import type { Choice, Node } from "../../engine/wire.ts";

// What a press came to: the answer after it, or the reason why it is as before.
export type Refusal = "all" | "piece" | "place" | "pair";
export interface Outcome { list: string[]; refused?: Refusal }

export interface Counted { id: string; max?: number }

const full = (used: number, max: number | undefined): boolean => max !== undefined && max > 0 && used >= max;

// A mark is set or taken back; with one allowed a new mark moves it. `order` is the order of display.
export function toggle(order: string[], list: string[], id: string, max: number): Outcome {
  if (list.includes(id)) return { list: list.filter((one) => one !== id) };
  if (max === 1) return { list: [id] };
  if (full(list.length, max)) return { list, refused: "all" };
  return { list: order.filter((one) => one === id || list.includes(one)) };
}

// As toggle, but the marks keep the order of the presses.
export function number(list: string[], id: string, max: number): Outcome {
  if (list.includes(id)) return { list: list.filter((one) => one !== id) };
  if (full(list.length, max)) return { list, refused: "all" };
  return { list: [...list, id] };
}

export const pieceOf = (pair: string): string => pair.slice(0, pair.indexOf(" "));
export const placeOf = (pair: string): string => pair.slice(pair.indexOf(" ") + 1);

export function uses(list: string[], id: string): number {
  return list.reduce((sum, pair) => sum + (pieceOf(pair) === id ? 1 : 0) + (placeOf(pair) === id ? 1 : 0), 0);
}

// A piece goes into a place. A place for one gives up what it held, as the pupil sees; a piece lifted out of `from` leaves it.
export function put(list: string[], piece: Counted, place: Counted, max: number, from?: string): Outcome {
  const pair = `${piece.id} ${place.id}`;
  if (from === place.id) return { list };
  const left = from === undefined ? list : list.filter((one) => one !== `${piece.id} ${from}`);
  if (left.includes(pair)) return { list, refused: "pair" };
  const room = place.max === 1 ? left.filter((one) => placeOf(one) !== place.id) : left;
  if (full(uses(room, place.id), place.max)) return { list, refused: "place" };
  if (full(uses(room, piece.id), piece.max)) return { list, refused: "piece" };
  if (full(room.length, max)) return { list, refused: "all" };
  return { list: [...room, pair] };
}

// Two of the same kind are joined; the pair has no direction.
export function join(list: string[], one: Counted, other: Counted, max: number): Outcome {
  if (list.some((pair) => pair === `${one.id} ${other.id}` || pair === `${other.id} ${one.id}`)) return { list, refused: "pair" };
  if (full(uses(list, one.id), one.max) || full(uses(list, other.id), other.max)) return { list, refused: "piece" };
  if (full(list.length, max)) return { list, refused: "all" };
  return { list: [...list, `${one.id} ${other.id}`] };
}

// An order: `id` stands at `index` afterwards.
export function moveTo(list: string[], id: string, index: number): string[] {
  const others = list.filter((one) => one !== id);
  const at = Math.max(0, Math.min(others.length, index));
  return [...others.slice(0, at), id, ...others.slice(at)];
}

// Ids of the nodes of one kind inside content, in the order of display.
export function idsIn(nodes: Node[], kind: string, found: string[] = []): string[] {
  for (const node of nodes) {
    if (typeof node === "string") continue;
    if (node.t === kind && typeof node["id"] === "string") found.push(node["id"]);
    if (node.c) idsIn(node.c, kind, found);
  }
  return found;
}

// Content as words, for a name that a screen reader says.
export function plain(nodes: Node[]): string {
  const words = (list: Node[]): string => list.map((node) => {
    if (typeof node === "string") return node;
    if (node.t === "img" || node.t === "math") return typeof node["alt"] === "string" ? node["alt"] : words(node.c ?? []);
    return words(node.c ?? []);
  }).join(" ");
  return words(nodes).replace(/\s+/g, " ").trim();
}

// Whether words alone show the content.
export function isPlain(nodes: Node[]): boolean {
  return nodes.every((node) => typeof node === "string" || (!["img", "math", "sub", "sup"].includes(node.t) && isPlain(node.c ?? [])));
}

export const choiceOf = (choices: Choice[], id: string): Choice | undefined => choices.find((one) => one.id === id);
