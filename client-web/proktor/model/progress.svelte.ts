// The next step of the chosen sitting, from everything this console knows.

import { attendance } from "./attendance.svelte.ts";
import { unfinished } from "./board.ts";
import { desk } from "./desk.svelte.ts";
import { nextStep, type Step } from "./sittings.ts";

export function currentStep(): Step {
  const sitting = desk.sitting;
  return nextStep({
    state: sitting?.state ?? "scheduled",
    released: desk.released,
    attendanceSeen: sitting ? attendance.seen(sitting.id) : false,
    present: desk.rows.length - desk.counts.tidak_hadir,
    unfinished: unfinished(desk.rows).length,
  });
}
