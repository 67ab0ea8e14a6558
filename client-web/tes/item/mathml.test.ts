import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Element, Node } from "../engine/wire.ts";
import { mathAttributesOf, mathNames, mathTag, unfenced } from "./mathml.ts";

const source = readFileSync(new URL("../../../server/qti/model/names.cpp", import.meta.url), "utf8");
const listed = (name: string): string[] =>
  [...(new RegExp(`${name}\\{([^}]*)\\}`).exec(source)?.[1] ?? "").matchAll(/"([^"]+)"/g)].map((match) => match[1]!).sort();
const mi = (text: string): Element => ({ t: "m:mi", c: [text] });
const text = (nodes: Node[]): string => nodes.map((node) => (typeof node === "string" ? node : text(node.c ?? []))).join("");
const fenced = (more: object, ...parts: Element[]): string => text(unfenced({ t: "m:mfenced", ...more, c: parts }).c ?? []);

describe("formulas", () => {
  it("have the elements and attributes that the server lets through, no more and no less", () => {
    expect(listed("mathml_names").length).toBeGreaterThan(20);
    expect([...mathNames.elements].sort()).toEqual(listed("mathml_names"));
    expect([...mathNames.attributes].sort()).toEqual(listed("mathml_attributes"));
  });
  it("draw fences and separators that a browser no longer does", () => {
    const [a, b, c] = [mi("a"), mi("b"), mi("c")] as const;
    expect(fenced({}, a, b)).toBe("(a,b)");
    expect(fenced({ open: "[", close: "[", separators: "|;" }, a, b, c)).toBe("[a|b;c[");
    expect(fenced({ separators: ";" }, a, b, c)).toBe("(a;b;c)");
    expect(fenced({ open: "{", close: "", separators: "" }, a, b)).toBe("{ab");
  });
  it("leave out what is neither", () => {
    expect(mathTag({ t: "m:script" })).toBeUndefined();
    expect(mathTag({ t: "p" })).toBeUndefined();
    expect(mathAttributesOf({ t: "m:mo", form: "prefix", onclick: "x", alt: "y" })).toEqual({ form: "prefix" });
  });
});
