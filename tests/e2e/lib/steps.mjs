// Steps of one story: after one failed, the later ones are skipped, and every open page is photographed.
import { it } from "node:test";
import { shot } from "./browser.mjs";

export function story(contexts) {
  let broken = false;
  return (name, act) => it(name, async (t) => {
    if (broken) return t.skip("an earlier step failed");
    try {
      await act();
    } catch (error) {
      broken = true;
      let number = 0;
      for (const context of contexts) {
        for (const page of context.pages()) await shot(page, `failed-${(number += 1)}`).catch(() => {});
      }
      throw error;
    }
  });
}
