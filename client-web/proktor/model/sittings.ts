// Which sitting a console shows first, and what is the next step of a sitting. Pure.

import type { Overview, Sitting, SittingTest } from "./types.ts";

// The one looked at before, else the open one, else the next one to come, else the last that was.
export function chooseSitting(overview: Overview, before: string | null): Sitting | undefined {
  const inTime = [...overview.sittings].sort((a, b) => (a.starts_at ?? 0) - (b.starts_at ?? 0));
  return (
    inTime.find((one) => one.id === before && one.state !== "closed") ??
    inTime.find((one) => one.state === "open") ??
    inTime.find((one) => one.state === "scheduled" && (one.ends_at ?? Infinity) > overview.now) ??
    inTime.find((one) => one.state === "scheduled") ??
    inTime[inTime.length - 1]
  );
}

export const steps = ["open", "absent", "token", "watch", "close"] as const;
export type Step = (typeof steps)[number] | "done";

export type Progress = {
  state: Sitting["state"];
  released: boolean;
  attendanceSeen: boolean;
  present: number;
  unfinished: number;
};

export function nextStep(progress: Progress): Step {
  if (progress.state === "scheduled") return "open";
  if (progress.state === "closed") return "done";
  if (!progress.released) return progress.attendanceSeen ? "token" : "absent";
  return progress.present > 0 && progress.unfinished === 0 ? "close" : "watch";
}

// The tests of a sitting in their order, each with what the event says about it.
export function testsOf(overview: Overview, sitting: Sitting): SittingTest[] {
  return (sitting.tests ?? []).map((own) => {
    const test = overview.tests.find((one) => one.id === own.id);
    return { ...test, ...own, title: own.title || test?.title || own.id };
  });
}

// How long one token lasts: a quarter of an hour, unless the event says otherwise.
const tokenPeriodUsual_ms = 15 * 60_000;

export function tokenPeriod_ms(sitting: Sitting): number {
  return sitting.token_ms ?? tokenPeriodUsual_ms;
}
