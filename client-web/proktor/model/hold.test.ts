import { expect, test } from "vitest";
import { hold, settle } from "./hold.ts";

const self = (value: string) => value;
const shape = (lines: { id: string; gone: boolean }[]) => lines.map((line) => (line.gone ? `(${line.id})` : line.id)).join(" ");

test("held lines keep their places: gone ones stay marked, new ones come last", () => {
  const start = settle(["a", "b", "c"], self);
  const held = hold(start, ["x", "c", "a"], self);
  expect(shape(held)).toBe("a (b) c x");
  expect(shape(hold(held, ["b", "x", "c", "a"], self))).toBe("a b c x");
});

test("released lines stand in their true order", () => {
  expect(shape(settle(["x", "c", "a"], self))).toBe("x c a");
});
