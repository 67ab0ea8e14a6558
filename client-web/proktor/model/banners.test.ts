import { describe, expect, it } from "vitest";
import { leadOf, linesOf, serverState } from "./banners.ts";
import type { Alarm } from "./types.ts";

const alarm = (code: string, kind: Alarm["kind"]): Alarm => ({ code, kind, text: "A. B.", step: "C.", since: 1, detail: "" });
const ids = (lines: { id: string }[]) => lines.map((line) => line.id);
const fine = { expired: false, live: true, unsaved: 0 };

describe("the lines under the header", () => {
  it("put what a person must act on first, whoever says it", () => {
    const alarms = [alarm("storage_full", "stop"), alarm("copy_behind", "wait"), alarm("rebuilt", "note")];
    expect(ids(linesOf(alarms, { ...fine, unsaved: 2, expired: true }))).toEqual([
      "storage_full", "expired", "copy_behind", "unsaved", "rebuilt",
    ]);
  });

  it("say of a board that is cut off only that it is old", () => {
    expect(ids(linesOf([alarm("storage_full", "stop")], { ...fine, live: false }))).toEqual(["stale"]);
  });

  it("go on saying that the server was parked when it is gone", () => {
    expect(ids(linesOf([alarm("parked", "stop"), alarm("copy_behind", "wait")], { ...fine, live: false }))).toEqual(["parked"]);
  });

  it("lead with the first sentence", () => {
    expect(leadOf("Disk server penuh. Jawaban aman.")).toEqual(["Disk server penuh.", "Jawaban aman."]);
    expect(leadOf("Disk server penuh.")).toEqual(["Disk server penuh.", ""]);
  });
});

describe("the server's word in the header", () => {
  const ok = { state: "ok", queue: 0 } as const;

  it("is not Aman above an alarm for which a person must act", () => {
    expect(serverState(ok, true, [alarm("copy_behind", "wait")])).toBe("ok");
    expect(serverState(ok, true, [alarm("copy_behind", "wait"), alarm("check_failed", "stop")])).toBe("grave");
    expect(serverState(ok, true, [alarm("parked", "stop")])).toBe("parked");
    expect(serverState({ state: "full", queue: 0 }, true, [alarm("storage_full", "stop")])).toBe("full");
  });

  it("is unknown while the board is cut off", () => {
    expect(serverState(ok, false, [])).toBe("unknown");
    expect(serverState(undefined, true, [alarm("parked", "stop")])).toBe("unknown");
  });
});
