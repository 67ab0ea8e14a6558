// What stands under the header: the server's alarms and what this page itself knows, the graver first. Pure.

import type { Alarm, ServerHealth } from "./types.ts";

export type BannerKind = "stop" | "wait" | "note";
// `words`: of the page itself, by name; `alarm`: of the server, which sends its own words.
export type Line = { id: string; kind: BannerKind; alarm?: Alarm };

export const shown_max = 2;
const gravity: Record<BannerKind, number> = { stop: 0, wait: 1, note: 2 };

const lasting: ReadonlySet<string> = new Set(["parked", "safe_mode"]);

export type Own = { expired: boolean; live: boolean; unsaved: number };

// A board that is cut off knows nothing of the server any more, except that the server said it would not answer.
export function linesOf(alarms: readonly Alarm[], own: Own): Line[] {
  const lines: Line[] = [];
  const known = own.live ? alarms : alarms.filter((alarm) => lasting.has(alarm.code));
  for (const alarm of known) lines.push({ id: alarm.code, kind: alarm.kind, alarm });
  if (own.expired) lines.push({ id: "expired", kind: "stop" });
  else if (!own.live && known.length === 0) lines.push({ id: "stale", kind: "wait" });
  if (own.unsaved > 0) lines.push({ id: "unsaved", kind: "wait" });
  return lines.sort((a, b) => gravity[a.kind] - gravity[b.kind]);
}

export type ServerState = ServerHealth["state"] | "parked" | "grave" | "unknown";

// The word in the header. It never says that all is well above an alarm for which a person must act.
export function serverState(health: ServerHealth | undefined, live: boolean, alarms: readonly Alarm[]): ServerState {
  if (!health || !live) return "unknown";
  const stop = health.state === "full" ? undefined : alarms.find((alarm) => alarm.kind === "stop");
  return !stop ? health.state : stop.code === "parked" ? "parked" : "grave";
}

// "What happened." and the rest, which says what is safe.
export function leadOf(text: string): [string, string] {
  const end = text.indexOf(". ");
  return end < 0 ? [text, ""] : [text.slice(0, end + 1), text.slice(end + 2)];
}
