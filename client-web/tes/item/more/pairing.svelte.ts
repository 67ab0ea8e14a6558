// Joining two of the same kind: the first press picks one up, the second joins it with another.
import { more } from "../../texts/id-more.ts";
import type { ItemContext } from "../context.ts";
import { join, uses, type Counted } from "./choosing.ts";

export class Pairing {
  picked: string | undefined = $state();
  said = $state("");
  refused = $state(false);

  constructor(private item: ItemContext, private task: () => { r: string; max: number }, private one: (id: string) => (Counted & { name: string }) | undefined) {}

  get list(): string[] { return this.item.list(this.task().r); }
  used(id: string): number { return uses(this.list, id); }
  name(id: string): string { return this.one(id)?.name ?? ""; }

  press(id: string): void {
    const { picked } = this;
    if (picked !== undefined && picked !== id) return this.join(picked, id);
    const one = this.one(id);
    if (picked === undefined && one?.max !== undefined && one.max > 0 && this.used(id) >= one.max) {
      return this.say(more.refused("piece", 0), true);
    }
    this.picked = picked === id ? undefined : id;
    this.say(this.picked === undefined ? "" : more.pairs.picked(this.name(id)));
  }

  join(first: string, second: string): void {
    const [one, other] = [this.one(first), this.one(second)];
    if (!one || !other || first === second) return;
    const { list, refused } = join(this.list, one, other, this.task().max);
    this.picked = undefined;
    this.say(refused ? more.refused(refused, this.task().max) : "", refused !== undefined);
    if (!refused) this.item.put(this.task().r, list);
  }

  remove(pair: string): void {
    this.say("");
    this.item.put(this.task().r, this.list.filter((one) => one !== pair));
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
