// What marks and gaps inside a text need of the interaction around them.
import { getContext, setContext } from "svelte";
import type { Node } from "../../engine/wire.ts";

export interface Group {
  // What a mark or a gap holds: nothing, itself, or a piece.
  holds(id: string): string[];
  // False: nothing changed.
  press(id: string): boolean;
  // For gaps: the content of a piece, the number of a gap, and a piece dragged from here to another place.
  content?(piece: string): Node[];
  number?(id: string): number;
  lift?(piece: string, from: string): (place: string) => void;
}

const key = Symbol("group");
export const provideGroup = (group: Group): Group => setContext(key, group);
export const useGroup = (): Group => getContext<Group>(key);
