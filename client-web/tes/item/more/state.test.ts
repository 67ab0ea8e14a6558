import { describe, expect, it } from "vitest";
import { idsIn, isPlain, join, moveTo, number, plain, put, toggle, uses } from "./choosing.ts";
import { boxOf, centreOf, contains, pointAt, pointText, spotAt } from "./geometry.ts";
import { Plays, playTime } from "./plays.ts";
import type { Spot } from "./types.ts";

describe("marks (hottext, hotspot)", () => {
  const order = ["a", "b", "c"];
  it("stand in the order of display, whatever the order of the presses", () => {
    let list = toggle(order, [], "c", 0).list;
    list = toggle(order, list, "a", 0).list;
    expect(list).toEqual(["a", "c"]);
    expect(toggle(order, list, "c", 0).list).toEqual(["a"]);
  });
  it("move where one is allowed, and are refused where more are but not as many", () => {
    expect(toggle(order, ["a"], "b", 1)).toEqual({ list: ["b"] });
    expect(toggle(order, ["a", "b"], "c", 2)).toEqual({ list: ["a", "b"], refused: "all" });
  });
});

describe("numbering (order, graphicorder, points)", () => {
  it("keeps the order of the presses and closes the gap of one taken back", () => {
    expect(number(["b", "a"], "c", 0).list).toEqual(["b", "a", "c"]);
    expect(number(["b", "a", "c"], "a", 0).list).toEqual(["b", "c"]);
    expect(number(["b", "a"], "c", 2)).toEqual({ list: ["b", "a"], refused: "all" });
  });
  it("moves one to a place and never off the ends", () => {
    expect(moveTo(["a", "b", "c"], "a", 2)).toEqual(["b", "c", "a"]);
    expect(moveTo(["a", "b", "c"], "c", 0)).toEqual(["c", "a", "b"]);
    expect(moveTo(["a", "b", "c"], "b", 9)).toEqual(["a", "c", "b"]);
    expect(moveTo(["a", "b", "c"], "b", -4)).toEqual(["b", "a", "c"]);
  });
});

describe("pieces and places (gapmatch, graphicgapmatch)", () => {
  const piece = { id: "p", max: 1 };
  const other = { id: "q", max: 0 };
  const gap = { id: "g", max: 1 };
  it("write the piece first, and a place for one gives up what it held", () => {
    expect(put([], piece, gap, 0)).toEqual({ list: ["p g"] });
    expect(put(["p g"], other, gap, 0)).toEqual({ list: ["q g"] });
  });
  it("refuse a spent piece, a full place, too many pairs and the same pair twice", () => {
    expect(put(["p g"], piece, { id: "h", max: 1 }, 0)).toEqual({ list: ["p g"], refused: "piece" });
    expect(put(["q s", "r s"], piece, { id: "s", max: 2 }, 0).refused).toBe("place");
    expect(put(["q g"], piece, { id: "h", max: 1 }, 1).refused).toBe("all");
    expect(put(["q s"], other, { id: "s", max: 0 }, 0).refused).toBe("pair");
  });
  it("carry a piece from one place to another without counting it twice", () => {
    expect(put(["p g"], piece, { id: "h", max: 1 }, 1, "g")).toEqual({ list: ["p h"] });
    expect(put(["p g"], piece, gap, 1, "g")).toEqual({ list: ["p g"] });
    expect(put(["p g", "q s"], piece, { id: "s", max: 0 }, 2, "g")).toEqual({ list: ["q s", "p s"] });
  });
});

describe("pairs (associate, graphicassociate)", () => {
  it("have no direction, and keep the limits of each and of all", () => {
    const [a, b, c] = [{ id: "a", max: 1 }, { id: "b", max: 2 }, { id: "c", max: 0 }];
    expect(join([], a, b, 0)).toEqual({ list: ["a b"] });
    expect(join(["a b"], b, a, 0).refused).toBe("pair");
    expect(join(["a b"], a, c, 0).refused).toBe("piece");
    expect(join(["a b"], c, a, 0).refused).toBe("piece");
    expect(join(["a b"], b, c, 0)).toEqual({ list: ["a b", "b c"] });
    expect(join(["a b"], b, c, 1).refused).toBe("all");
    expect(uses(["a b", "b c"], "b")).toBe(2);
  });
});

describe("spots of a picture", () => {
  const circle: Spot = { id: "o", shape: "circle", coords: [50, 50, 10] };
  const rect: Spot = { id: "r", shape: "rect", coords: [40, 40, 100, 80] };
  const poly: Spot = { id: "p", shape: "poly", coords: [100, 100, 140, 100, 140, 140, 120, 110, 100, 140] };
  const ellipse: Spot = { id: "e", shape: "ellipse", coords: [200, 50, 40, 10] };
  const rest: Spot = { id: "d", shape: "default", coords: [] };
  it("contain what their shape contains", () => {
    expect(contains(circle, 57, 57)).toBe(true);
    expect(contains(circle, 58, 58)).toBe(false);
    expect(contains(ellipse, 235, 50)).toBe(true);
    expect(contains(ellipse, 200, 61)).toBe(false);
    // The notch of the polygon is inside its box, but not inside it.
    expect(contains(poly, 120, 130)).toBe(false);
    expect(contains(poly, 104, 110)).toBe(true);
  });
  it("are found first come first where they overlap, near a press, and the rest last", () => {
    const spots = [rest, circle, rect, poly];
    expect(spotAt(spots, 50, 50, 0)?.id).toBe("o");
    expect(spotAt(spots, 90, 70, 0)?.id).toBe("r");
    expect(spotAt([circle], 50, 65, 6)?.id).toBe("o");
    expect(spotAt([circle], 50, 70, 6)).toBeUndefined();
    expect(spotAt(spots, 300, 300, 0)?.id).toBe("d");
  });
  it("have a box and a middle", () => {
    expect(boxOf(poly)).toEqual({ left: 100, top: 100, right: 140, bottom: 140 });
    expect(centreOf(rest, 300, 200)).toEqual([150, 100]);
  });
});

describe("points", () => {
  it("are whole pixels inside the picture", () => {
    expect(pointText(120.4, 43.6, 200, 100)).toBe("120 44");
    expect(pointText(-5, 300, 200, 100)).toBe("0 100");
  });
  it("are meant by a press beside them", () => {
    expect(pointAt(["10 10", "50 50"], 53, 54, 6)).toBe("50 50");
    expect(pointAt(["10 10"], 53, 54, 6)).toBeUndefined();
  });
});

describe("plays", () => {
  it("count at the beginning, not when a pause ends", () => {
    const plays = new Plays(0, 2);
    expect(plays.start()).toBe(true);
    expect(plays.start()).toBe(false);
    plays.end();
    expect(plays.start()).toBe(true);
    expect([plays.count, plays.left, plays.allowed]).toEqual([2, 0, true]);
    plays.end();
    expect([plays.allowed, plays.start(), plays.count]).toEqual([false, false, 2]);
  });
  it("that were counted before a reload still count", () => {
    expect(new Plays(2, 2).allowed).toBe(false);
    expect(new Plays(2, 0).allowed).toBe(true);
  });
  it("show minutes and seconds", () => {
    expect([playTime(7.9), playTime(750), playTime(Number.NaN)]).toEqual(["0.07", "12.30", "0.00"]);
  });
});

describe("content as words", () => {
  it("takes the words of pictures and formulas and joins the runs", () => {
    expect(plain([" a ", { t: "b", c: ["kali"] }, { t: "img", alt: "gambar" }])).toBe("a kali gambar");
  });
  it("is plain unless it needs drawing", () => {
    expect(isPlain(["x", { t: "em", c: ["y"] }])).toBe(true);
    expect(isPlain(["x", { t: "sup", c: ["2"] }])).toBe(false);
  });
  it("finds gaps wherever they stand", () => {
    expect(idsIn([{ t: "p", c: ["x ", { t: "gap", id: "c7" }, { t: "b", c: [{ t: "gap", id: "c2" }] }] }], "gap")).toEqual(["c7", "c2"]);
  });
});
