import { describe, expect, it } from "vitest";
import { needsParts } from "./late.ts";
import type { Node, Test } from "./engine/wire.ts";

const test = (body: Node[], extra: object = {}): Test => ({
  title: "", mark: "", instrument: "", duration_ms: 0, stimuli: {}, assets: [], items: [{ id: "i1", body, responses: {}, ...extra }],
});

describe("the second script", () => {
  it("is fetched for what it draws, wherever that stands", () => {
    expect(needsParts(test([{ t: "p", c: [{ t: "slider", r: "r1" }] }]))).toBe(true);
    expect(needsParts(test([{ t: "choice", r: "r1", choices: [{ id: "c1", c: [{ t: "audio", src: "x" }] }] }]))).toBe(true);
    expect(needsParts(test(["x"], { catalogs: { k1: [] } }))).toBe(true);
  });
  it("is not fetched for the common ones, nor for words that look like it", () => {
    expect(needsParts(test([{ t: "choice", r: "r1", choices: [] }, { t: "match" }, { t: "textentry" }, { t: "extendedtext" }]))).toBe(false);
    expect(needsParts(test(['"t":"slider"']))).toBe(false);
  });
});
