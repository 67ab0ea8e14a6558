// What stands under an answered number: the letter of a single choice, otherwise a tick. Pure.
import type { ChoiceInteraction, Item, ItemValue, Node } from "../engine/wire.ts";
import { listOf } from "./value.ts";

function choices(nodes: Node[], found: ChoiceInteraction[] = []): ChoiceInteraction[] {
  for (const node of nodes) {
    if (typeof node === "string") continue;
    if (node.t === "choice") found.push(node as ChoiceInteraction);
    else if (node.c) choices(node.c, found);
  }
  return found;
}

export const choicesOf = (item: Item): ChoiceInteraction[] => choices(item.body);

export function letterOf(item: Item, value: ItemValue): string {
  const [only, ...others] = choicesOf(item);
  const [chosen] = only ? listOf(value[only.r]) : [];
  if (!only || others.length > 0 || only.max !== 1 || only.labels === "none" || chosen === undefined) return "✓";
  const index = only.choices.findIndex((choice) => choice.id === chosen);
  if (index < 0) return "✓";
  return only.labels === "1" ? String(index + 1) : String.fromCharCode(65 + index);
}

// Items are numbered through, also across stages: "i13".
export const numberOf = (item: Item): number => Number(item.id.slice(1));

// "10–13", "7": the numbers of the items that share a stimulus.
export function numbersOf(items: Item[], stimulus: string): string {
  const numbers = items.flatMap((item) => (item.stimuli?.includes(stimulus) ? [numberOf(item)] : []));
  const first = numbers[0];
  const last = numbers[numbers.length - 1];
  if (first === undefined || last === undefined) return "";
  if (first === last) return String(first);
  return numbers.length === last - first + 1 ? `${first}–${last}` : numbers.join(", ");
}
