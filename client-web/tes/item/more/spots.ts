// Names and places of spots. Pure.
import { more } from "../../texts/id-more.ts";
import { boxOf, centreOf } from "./geometry.ts";
import type { OnPicture, Spot } from "./types.ts";

export const spotName = (node: OnPicture, id: string): string => {
  const index = node.spots.findIndex((one) => one.id === id);
  return node.spots[index]?.label ?? more.place(index + 1);
};

export const spotOf = (node: OnPicture, id: string): Spot | undefined => node.spots.find((one) => one.id === id);

// The middle of a spot in pixels of the picture; it and the upper edge (for a badge, which would hide a name in the
// middle) as parts of the picture's sides.
export function middle(node: OnPicture, id: string): { x: number; y: number; left: string; top: string; edge: string } {
  const spot = spotOf(node, id);
  const { width, height } = node.img;
  const [x, y] = spot ? centreOf(spot, width, height) : [width / 2, height / 2];
  const top = (spot && boxOf(spot)?.top) ?? 0;
  return { x, y, edge: `${(top / height) * 100}%`, left: `${(x / width) * 100}%`, top: `${(y / height) * 100}%` };
}
