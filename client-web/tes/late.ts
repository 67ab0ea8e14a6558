// What the page fetches while a test is prepared, so that the login page stays small: the screens beside the question,
// and, for tests that need them, the parts of the rarer interactions. Never fetched once items are on the screen.
import type { Component } from "svelte";
import { info } from "./engine/net.ts";
import type { Test } from "./engine/wire.ts";

// Set before the first item is shown.
export let screens: typeof import("./late/index.ts");
let parts: Record<string, Component<{ node: never }>> = {};

// What the second script draws, in a test as JSON; text inside a test has its quotation marks escaped.
const there = new RegExp(`"t":"(?:${"inlinechoice|order|associate|gapmatch|hottext|hotspot|graphicorder|graphicassociate|" +
  "graphicgapmatch|selectpoint|positionstage|slider|media|audio|video"})"|"catalogs":`);

export const needsParts = (test: Test): boolean => there.test(JSON.stringify([test.items, test.stimuli]));

// Fetches until all is here. A browser may remember a failed import, and a newer server has other names: after a few the
// page loads itself anew, if the server answers at all. False when `gone` says that the page has moved on.
export async function fetchLate(test: Test, gone: () => boolean, failed: () => void): Promise<boolean> {
  for (let tries = 1; !gone(); tries += 1) {
    try {
      screens = await import("./late/index.ts");
      if (needsParts(test)) parts = (await import("./item/more/index.ts")).parts;
      return !gone();
    } catch {
      failed();
      await new Promise((resolve) => setTimeout(resolve, 1_000 * tries * (0.5 + Math.random())));
      if (tries >= 3 && !gone() && (await info()).ok) location.reload();
    }
  }
  return false;
}

// The part that draws a node of this kind, if it is there.
export const partOf = (kind: string): Component<{ node: unknown }> | undefined => parts[kind] as Component<{ node: unknown }> | undefined;
