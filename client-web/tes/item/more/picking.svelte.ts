// Pieces and places of one interaction while the pupil works on it: which piece is picked up and what was said last.
import type { Choice } from "../../engine/wire.ts";
import { more } from "../../texts/id-more.ts";
import type { ItemContext } from "../context.ts";
import { choiceOf, pieceOf, placeOf, plain, put, uses, type Counted } from "./choosing.ts";

interface Task { r: string; max: number; choices: Choice[] }
type Place = Counted & { name: string };

export class Picking {
  picked: string | undefined = $state();
  said = $state("");
  refused = $state(false);

  // `place`: the place with this id; its max is 1 where it is for one piece.
  constructor(private item: ItemContext, private task: () => Task, private place: (id: string) => Place | undefined) {}

  get list(): string[] { return this.item.list(this.task().r); }
  used(piece: string): number { return uses(this.list, piece); }
  holds(place: string): string[] { return this.list.filter((one) => placeOf(one) === place).map(pieceOf); }
  name(piece: string): string { return plain(choiceOf(this.task().choices, piece)?.c ?? []); }
  names(place: string): string { return this.holds(place).map((piece) => this.name(piece)).join(", "); }

  pick(piece: string): void {
    const choice = choiceOf(this.task().choices, piece);
    if (choice && (choice.max ?? 0) > 0 && this.used(piece) >= (choice.max ?? 0)) {
      this.picked = undefined;
      return this.say(more.refused("piece", 0), true);
    }
    this.picked = this.picked === piece ? undefined : piece;
    this.say(this.picked === undefined ? "" : more.gaps.picked(this.name(piece)));
  }

  // A place was pressed: it takes the picked piece, or gives back what it holds.
  press(place: string): boolean {
    if (this.picked !== undefined) return this.put(this.picked, place);
    const [first] = this.holds(place).slice(-1);
    if (first === undefined) this.say(more.gaps.first);
    else this.back(first, place);
    return first !== undefined;
  }

  // "" as the place: the pool.
  put(piece: string, place: string, from?: string): boolean {
    if (place === "") {
      if (from !== undefined) this.back(piece, from);
      return from !== undefined;
    }
    const choice = choiceOf(this.task().choices, piece);
    const target = this.place(place);
    if (!choice || !target) return false;
    const { list, refused } = put(this.list, choice, target, this.task().max, from);
    this.say(refused ? more.refused(refused, this.task().max) : more.gaps.put(this.name(piece), target.name), refused !== undefined);
    if (refused === "piece" || !refused) this.picked = undefined;
    if (refused) return false;
    this.item.put(this.task().r, list);
    return true;
  }

  back(piece: string, place: string): void {
    this.item.put(this.task().r, this.list.filter((one) => one !== `${piece} ${place}`));
    this.say(more.gaps.back(this.name(piece)));
  }

  clear(): void {
    this.picked = undefined;
    this.say("");
  }

  private say(what: string, refused = false): void {
    this.said = what;
    this.refused = refused;
  }
}
