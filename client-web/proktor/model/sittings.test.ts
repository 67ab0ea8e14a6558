import { expect, test } from "vitest";
import { chooseSitting, nextStep, testsOf, type Progress } from "./sittings.ts";
import type { Overview, Sitting, SittingState } from "./types.ts";

const sitting = (id: string, state: SittingState, starts_at: number): Sitting => ({ id, name: id, state, starts_at, ends_at: starts_at + 100 });
const overview = (now: number, ...sittings: Sitting[]): Overview => ({ event: {}, schools: [], rooms: [], tests: [], sittings, now });

test("a console shows the open sitting, else the next one, else the last", () => {
  const day = [sitting("S2", "scheduled", 1_000), sitting("S1", "open", 0), sitting("S3", "scheduled", 2_000)];
  expect(chooseSitting(overview(5, ...day), null)?.id).toBe("S1");
  const later = [sitting("S1", "closed", 0), sitting("S3", "scheduled", 2_000), sitting("S2", "scheduled", 1_000)];
  expect(chooseSitting(overview(500, ...later), null)?.id).toBe("S2");
  expect(chooseSitting(overview(1_500, ...later), null)?.id).toBe("S3");
  expect(chooseSitting(overview(9_999, sitting("S1", "closed", 0), sitting("S2", "closed", 1_000)), null)?.id).toBe("S2");
  expect(chooseSitting(overview(0), null)).toBeUndefined();
});

test("the sitting chosen before comes back after a reload, unless it was closed", () => {
  const day = [sitting("S1", "open", 0), sitting("S2", "scheduled", 1_000), sitting("S3", "closed", 2_000)];
  expect(chooseSitting(overview(5, ...day), "S2")?.id).toBe("S2");
  expect(chooseSitting(overview(5, ...day), "S3")?.id).toBe("S1");
});

test("each state of a sitting has exactly one next step", () => {
  const progress = (more: Partial<Progress>): Progress => ({ state: "open", released: true, attendanceSeen: true, present: 5, unfinished: 2, ...more });
  expect(nextStep(progress({ state: "scheduled" }))).toBe("open");
  expect(nextStep(progress({ released: false, attendanceSeen: false }))).toBe("absent");
  expect(nextStep(progress({ released: false }))).toBe("token");
  expect(nextStep(progress({}))).toBe("watch");
  expect(nextStep(progress({ unfinished: 0 }))).toBe("close");
  expect(nextStep(progress({ unfinished: 0, present: 0 }))).toBe("watch");
  expect(nextStep(progress({ state: "closed" }))).toBe("done");
});

test("tests of a sitting keep its order and take title and time from the event", () => {
  const all = overview(0, { ...sitting("S1", "open", 0), tests: [{ id: "b", gate: "press", title: "" }, { id: "a" }] });
  all.tests = [{ id: "a", title: "Alfa", duration_ms: 60_000 }, { id: "b", title: "Beta", duration_ms: 120_000 }];
  expect(testsOf(all, all.sittings[0] as Sitting)).toMatchObject([
    { id: "b", title: "Beta", gate: "press", duration_ms: 120_000 },
    { id: "a", title: "Alfa", duration_ms: 60_000 },
  ]);
});
