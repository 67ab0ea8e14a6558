import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { closingCode, firstHead, nextHead } from "./chain.ts";

interface Vectors {
  chain: { name: string; attempt: string; epochs: { term: string; n: string; parent: string; first_head: string; head: string; code: string; lines: { line: string; head: string }[] }[] }[];
  codes: { head: string; code: string }[];
}
// term and n go up to 2^64 - 1, more than a JSON number holds.
const text = readFileSync(new URL("../../../docs/vectors.json", import.meta.url), "utf8").replace(/"(term|n)": (\d+)/g, '"$1": "$2"');
const vectors = JSON.parse(text) as Vectors;

describe("the chain agrees with the shared vectors", () => {
  it("over every epoch and line", () => {
    let lines = 0;
    for (const { attempt, epochs } of vectors.chain) {
      for (const epoch of epochs) {
        let head = firstHead(attempt, BigInt(epoch.term), BigInt(epoch.n), epoch.parent);
        expect(head).toBe(epoch.first_head);
        for (const one of epoch.lines) {
          head = nextHead(head, one.line);
          expect(head).toBe(one.head);
          lines += 1;
        }
        expect(head).toBe(epoch.head);
        expect(closingCode(head)).toBe(epoch.code);
      }
    }
    expect(lines).toBeGreaterThan(10);
  });

  it("in the closing codes", () => {
    for (const { head, code } of vectors.codes) expect(closingCode(head)).toBe(code);
  });
});
