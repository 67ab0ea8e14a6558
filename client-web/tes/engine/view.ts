// What the page can show, one at a time. Types only.
import type { Assets } from "./assets.ts";
import type { Attempt } from "./attempt.ts";
import type { Cause } from "./cause.ts";
import type { Finished, PupilState, TestEntry } from "./wire.ts";

export interface Fault { code: string; message: string }

export type View =
  | { at: "connecting"; cause: Cause | undefined }
  | { at: "login"; busy: boolean; fault: Fault | undefined; connected: boolean }
  | { at: "approval"; digits: string; cause: Cause | undefined }
  | { at: "confirm"; state: PupilState; busy: boolean; fault: Fault | undefined }
  | { at: "card"; state: PupilState; test: TestEntry; fault: Fault | undefined }
  | { at: "preparing"; state: PupilState; test: TestEntry; progress: number; cause: Cause | undefined }
  | { at: "work"; state: PupilState; test: TestEntry; attempt: Attempt; images: Assets }
  | { at: "done"; state: PupilState; test: TestEntry; result: Finished; next: TestEntry | undefined }
  | { at: "end"; state: PupilState }
  | { at: "locked"; why: "superseded" | "closed" | "login" | "tab" | "taken"; state: PupilState | undefined };
