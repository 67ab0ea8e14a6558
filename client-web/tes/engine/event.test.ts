import { describe, expect, it } from "vitest";
import { cleanText, eventLine, outgoing } from "./event.ts";

describe("an event line", () => {
  it("has the form of the protocol, without keys that do not apply", () => {
    expect(eventLine(7, { kind: "answer", item: "i12", value: { r1: "c3" } }, 183422.9))
      .toBe('{"v":1,"seq":7,"kind":"answer","item":"i12","value":{"r1":"c3"},"t":183422}');
    expect(eventLine(1, { kind: "submit" }, -5)).toBe('{"v":1,"seq":1,"kind":"submit","t":0}');
  });

  it("never carries what the server refuses as badly framed", () => {
    const line = eventLine(1, { kind: "answer", item: "i1", value: outgoing({ r1: " a\ud800b\udc00\uFEFF\r\nc\u0000 🌱 " }) }, 0);
    expect(line).not.toMatch(/\\ud[89ab]/i);
    expect(line).not.toContain("\uFEFF");
    expect(line).not.toContain("\\r");
    expect((JSON.parse(line) as { value: { r1: string } }).value.r1).toBe("a\uFFFDb\uFFFD\nc\u0000 🌱");
  });

  it("stays below the limit of a line, also with text that grows when escaped", () => {
    for (const letter of ["x", "\u0001", "🌱"]) {
      const line = eventLine(9_007_199_254_740_991, { kind: "answer", item: "i999", value: { r1: cleanText(letter.repeat(60_000)) } }, 9_999_999_999);
      expect(new TextEncoder().encode(line).length).toBeLessThan(65_536);
      expect(line).not.toMatch(/\\ud[89ab]/i);
    }
  });

  it("leaves out empty responses, and is nothing when all are empty", () => {
    expect(outgoing({ r1: "  ", r2: [], r3: " 6,5 " })).toEqual({ r3: "6,5" });
    expect(outgoing({ r1: " ", r2: [] })).toBeUndefined();
  });
});
