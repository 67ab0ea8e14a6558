// Keys of the item page: Alt+N, Alt+P, Alt+R, "?", and letters or digits that press the item's choices. Pure but for
// preventDefault.
import type { Item, ItemValue, Value } from "../engine/wire.ts";
import { choicesOf } from "../item/letter.ts";
import { listOf, valueOf } from "../item/value.ts";

export interface KeyActions {
  next(): void; previous(): void; flag(): void; help(): void;
  choose(response: string, value: Value | undefined): void;
}

// What typing belongs to: a letter there is text.
function writing(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches("textarea, select, input:not([type=radio]):not([type=checkbox])");
}

export function itemKeys(event: KeyboardEvent, item: Item, value: ItemValue, letters: boolean, act: KeyActions): void {
  if (event.ctrlKey || event.metaKey || event.isComposing) return;
  if (event.altKey) {
    // By place on the keyboard: Alt with a letter types a sign on some of them.
    const action = { KeyN: act.next, KeyP: act.previous, KeyR: act.flag }[event.code];
    if (!action) return;
    event.preventDefault();
    return action();
  }
  if (writing(event.target)) return;
  if (event.key === "?") {
    event.preventDefault();
    return act.help();
  }
  if (letters && event.key.length === 1) pressChoice(event, item, value, act);
}

function pressChoice(event: KeyboardEvent, item: Item, value: ItemValue, act: KeyActions): void {
  const [interaction] = choicesOf(item);
  if (!interaction) return;
  const key = event.key.toUpperCase();
  const index = /^[1-9]$/.test(key) ? Number(key) - 1 : /^[A-Z]$/.test(key) ? key.charCodeAt(0) - 65 : -1;
  const choice = interaction.choices[index];
  if (!choice) return;
  event.preventDefault();
  const put = (list: string[]): void => act.choose(interaction.r, valueOf(item.responses[interaction.r], list));
  if (interaction.max === 1) return put([choice.id]);
  const chosen = listOf(value[interaction.r]);
  const after = interaction.choices.map((one) => one.id)
    .filter((id) => (id === choice.id ? !chosen.includes(id) : chosen.includes(id)));
  if (interaction.max === 0 || after.length <= interaction.max) put(after);
}
