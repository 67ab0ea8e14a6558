// Which MathML the page draws: the server's lists (server/qti/model/names.cpp), kept equal by a test. `mfenced` is no part
// of MathML Core, so it is drawn as what it stands for: a row with its fences and separators (MathML 3, 3.3.8). Pure.
import type { Element, Node } from "../engine/wire.ts";

const elements = new Set(("math mi mn mo mtext mspace ms mrow mfrac msqrt mroot mstyle merror mpadded mphantom mfenced menclose msub " +
  "msup msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mlabeledtr mtd mstack msrow msline").split(" "));
const attributes = new Set(("mathvariant display open close separators stretchy columnalign columnspan rowspan rowalign linethickness " +
  "notation accent accentunder fence form displaystyle").split(" "));
export const mathNames = { elements, attributes };

export function mathAttributesOf(node: Element): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(node)) if (attributes.has(name) && typeof value === "string") kept[name] = value;
  return kept;
}

// Undefined: not of MathML, and left out.
export const mathTag = (node: Element): string | undefined =>
  (node.t.startsWith("m:") && elements.has(node.t.slice(2)) ? node.t.slice(2) : undefined);

const word = (node: Element, name: string, otherwise: string): string => (typeof node[name] === "string" ? (node[name] as string) : otherwise).trim();
const operator = (text: string, extra: object): Node[] => (text === "" ? [] : [{ t: "m:mo", ...extra, c: [text] }]);

export function unfenced(node: Element): Element {
  if (node.t !== "m:mfenced") return node;
  const signs = [...word(node, "separators", ",").replace(/\s/g, "")];
  const parts = (node.c ?? []).filter((part) => typeof part !== "string");
  const between = parts.flatMap((part, index) =>
    index === 0 ? [part] : [...operator(signs[Math.min(index, signs.length) - 1] ?? "", {}), part]);
  return { t: "m:mrow", c: [...operator(word(node, "open", "("), { fence: "true", form: "prefix" }), ...between, ...operator(word(node, "close", ")"), { fence: "true", form: "postfix" })] };
}
