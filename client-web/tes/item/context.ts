// What the parts of one item need, handed down through Svelte's context instead of through every node.
import { getContext, setContext } from "svelte";
import type { Card, ItemValue, Value } from "../engine/wire.ts";

export interface ItemContext {
  readonly id: string;
  readonly number: number;
  readonly value: ItemValue;
  readonly catalogs: Record<string, Card[]> | undefined;
  choose(response: string, value: Value | undefined): void;
  // The response as a list of what is given, whatever its cardinality.
  list(response: string): string[];
  put(response: string, list: string[]): void;
  type(response: string, text: string): void;
  leaveField(): void;
  // The blob of an asset, if it was fetched.
  image(path: string): string | undefined;
}

const key = Symbol("item");
export const provideItem = (context: ItemContext): ItemContext => setContext(key, context);
export const useItem = (): ItemContext => getContext<ItemContext>(key);
