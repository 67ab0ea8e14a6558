// Which elements of the delivery view the page draws, and with which attributes. Anything else is drawn as its
// children: the server strips first, this is the second wall.
import type { Element } from "../engine/wire.ts";

const plain = new Set(("p div span ul ol li dl dt dd blockquote em strong i b u s small sub sup code pre br hr q cite abbr " +
  "figure figcaption table caption thead tbody tfoot tr th td colgroup col ruby rt rp").split(" "));
const empty = new Set(["br", "hr", "col"]);
// Headings inside an item stand below the page's own h1.
const headings: Record<string, string> = { h1: "h2", h2: "h3", h3: "h4", h4: "h5", h5: "h6", h6: "h6" };

export function tagOf(node: Element): string | undefined {
  return plain.has(node.t) ? node.t : headings[node.t];
}

export const isEmpty = (tag: string): boolean => empty.has(tag);

const texts = ["lang", "dir", "scope", "title"] as const;
const numbers = ["colspan", "rowspan", "start"] as const;

export function attributesOf(node: Element): Record<string, string | number> {
  const attributes: Record<string, string | number> = {};
  for (const name of texts) if (typeof node[name] === "string") attributes[name] = node[name];
  for (const name of numbers) {
    const value = Number(node[name]);
    if (node[name] !== undefined && Number.isInteger(value)) attributes[name] = value;
  }
  if (typeof node["class"] === "string") {
    const names = node["class"].split(/\s+/).filter((name) => /^qti-[a-z0-9-]+$/.test(name));
    if (names.length > 0) attributes["class"] = names.join(" ");
  }
  return attributes;
}

// MathML Core; false in Chromium before 109, where the text stands for the formula.
export const drawsMath = typeof MathMLElement !== "undefined";
