// How numbers and times are written for people. Times are UTC milliseconds; zones of Indonesia have no summer time.

export type Zone = "WIB" | "WITA" | "WIT";

const offsetHours: Record<Zone, number> = { WIB: 7, WITA: 8, WIT: 9 };
const days = ["Minggu", "Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu"];
const months = ["Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober",
  "November", "Desember"];

export function zoneOf(name: string): Zone {
  return name === "WITA" || name === "WIT" ? name : "WIB";
}

function local(at_ms: number, zone: Zone): Date {
  return new Date(at_ms + offsetHours[zone] * 3_600_000);
}

const two = (value: number): string => String(value).padStart(2, "0");

// "07.30"
export function clock(at_ms: number, zone: Zone): string {
  const at = local(at_ms, zone);
  return `${two(at.getUTCHours())}.${two(at.getUTCMinutes())}`;
}

// "07.30 WIB"
export function timeOfDay(at_ms: number, zone: Zone): string {
  return `${clock(at_ms, zone)} ${zone}`;
}

// "07.30–09.30 WIB"
export function timeSpan(from_ms: number, to_ms: number, zone: Zone): string {
  return `${clock(from_ms, zone)}–${timeOfDay(to_ms, zone)}`;
}

// "Senin, 24 Agustus 2026"
export function date(at_ms: number, zone: Zone): string {
  const at = local(at_ms, zone);
  return `${days[at.getUTCDay()]}, ${at.getUTCDate()} ${months[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
}

// "47:12", also above an hour: "75:00". A started second counts, so that 0:00 means no time at all.
export function remaining(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
}

// Whole minutes, rounded up: "12".
export function minutes(ms: number): number {
  return Math.max(0, Math.ceil(ms / 60_000));
}
