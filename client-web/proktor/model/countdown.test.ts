import { expect, test } from "vitest";
import type { LiveRow } from "./board.ts";
import { falling, remainingOf } from "./countdown.ts";

const row = (more: Partial<LiveRow>): LiveRow => ({ nisn: "1", username: "P", name: "N", state: "mengerjakan", anchor_ms: 1_000, ...more });

test("a running test counts down from the moment of the frame and stops at zero", () => {
  const running = row({ running: true, remaining_ms: 60_000 });
  expect(remainingOf(running, 1_000)).toBe(60_000);
  expect(remainingOf(running, 31_000)).toBe(30_000);
  expect(remainingOf(running, 999_000)).toBe(0);
});

test("a test that stands still keeps its time, and no test has none", () => {
  expect(remainingOf(row({ running: false, remaining_ms: 60_000 }), 31_000)).toBe(60_000);
  expect(remainingOf(row({ remaining_ms: null }), 31_000)).toBeNull();
});

test("a moment before the frame never adds time", () => {
  expect(remainingOf(row({ running: true, remaining_ms: 60_000 }), 500)).toBe(60_000);
  expect(falling(10, 100, 50)).toBe(10);
});
