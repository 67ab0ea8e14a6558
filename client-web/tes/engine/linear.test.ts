import { describe, expect, it } from "vitest";
import { reachable } from "./linear.ts";
import type { Item } from "./wire.ts";

const items = (text: string): Item[] => [...text].map((sign, index) => ({ id: `i${index + 1}`, body: [], responses: {}, linear: sign === "L" }));
const from = (text: string, index: number): string => [...text].map((_, to) => (reachable(items(text), index, to) ? "+" : "-")).join("");

describe("the way through a test", () => {
  it("is free where nothing is linear", () => expect(from("NNNN", 2)).toBe("++++"));
  it("only goes on, one by one, in a linear part", () => {
    expect(from("LLLL", 1)).toBe("-++-");
    expect(from("LLLL", 3)).toBe("---+");
  });
  it("enters a linear part at its first item and does not come back to what was before it", () => {
    expect(from("NNLLNN", 1)).toBe("+++---");
    expect(from("NNLLNN", 0)).toBe("++----");
    expect(from("NNLLNN", 2)).toBe("--++--");
    expect(from("NNLLNN", 3)).toBe("---++-");
    expect(from("NNLLNN", 4)).toBe("----++");
  });
});
