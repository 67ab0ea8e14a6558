import { describe, expect, it } from "vitest";
import { linearItems, reachable } from "./linear.ts";
import { sampleTest } from "./testing/model-server.ts";

const from = (text: string, index: number): string =>
  [...text].map((_, to) => (reachable([...text].map((sign) => sign === "L"), text.length, index, to) ? "+" : "-")).join("");

describe("the way through a test", () => {
  it("is free where nothing is linear", () => {
    expect(from("NNNN", 2)).toBe("++++");
    expect(reachable(linearItems(sampleTest(3)), 3, 2, 0)).toBe(true);
  });
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
  it("knows the items of a part by their number", () => {
    expect(linearItems({ ...sampleTest(3), parts: [{ id: "p1", linear: false, items: 1 }, { id: "p2", linear: true, items: 2 }] })).toEqual([false, true, true]);
  });
});
