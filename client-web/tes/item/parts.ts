// The parts of items that few tests need are a script of their own: fetched while the test is prepared, never later.
import type { Component } from "svelte";
import type { Test } from "../engine/wire.ts";

let more: Record<string, Component<{ node: never }>> = {};

// What the second script draws, in a test as JSON; text inside a test has its quotation marks escaped.
const there = new RegExp(`"t":"(?:${"inlinechoice|order|associate|gapmatch|hottext|hotspot|graphicorder|graphicassociate|" +
  "graphicgapmatch|selectpoint|positionstage|slider|media|audio|video"})"|"catalogs":`);

export const needsMore = (test: Test): boolean => there.test(JSON.stringify([test.items, test.stimuli]));

// Fetches what the test needs and is not here yet, until it is. A browser may remember a failed import: after a few the
// page loads itself anew, before anything was shown. False when `gone` says that the page has moved on.
export async function fetchParts(test: Test, gone: () => boolean, failed: () => void): Promise<boolean> {
  if (!needsMore(test)) return !gone();
  for (let tries = 1; !gone(); tries += 1) {
    try {
      more = (await import("./more/index.ts")).parts;
      return !gone();
    } catch {
      failed();
      await new Promise((resolve) => setTimeout(resolve, 1_000 * tries * (0.5 + Math.random())));
      if (tries >= 3 && !gone()) location.reload();
    }
  }
  return false;
}

// The part that draws a node of this kind, if it is there.
export const partOf = (kind: string): Component<{ node: unknown }> | undefined => more[kind] as Component<{ node: unknown }> | undefined;
