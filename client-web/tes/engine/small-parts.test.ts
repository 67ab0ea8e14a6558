import { describe, expect, it, vi } from "vitest";
import { letterOf, numbersOf } from "../item/letter.ts";
import { pressPair, rowsDone } from "../item/match.ts";
import { date, remaining, timeOfDay, timeSpan } from "../../shared/format.ts";
import { away_ms, Blocked, hiddenSleep_ms } from "./blocked.ts";
import { Countdown, PageTime } from "./clock.ts";
import { LostTime } from "./lost-time.ts";
import type { Outbox } from "./outbox.ts";
import type { ChoiceInteraction, Item, MatchInteraction, Prepared } from "./wire.ts";

const source = { mono: 0, wall_ms: 0, monotonic(): number { return this.mono; }, wall(): number { return this.wall_ms; } };
const clockAt = (mono: number, wall_ms: number) => ({ ...source, mono, wall_ms });

describe("the page's time", () => {
  it("tells a sleep that the monotonic clock did not see", () => {
    const clock = clockAt(0, 10_000);
    const time = new PageTime(clock, 0);
    clock.mono = 1_000; clock.wall_ms = 11_000;
    expect(time.tick()).toBe(0);
    clock.mono = 2_000; clock.wall_ms = 72_000;
    expect(time.tick()).toBe(60_000);
    clock.wall_ms = 20_000;
    expect(time.tick()).toBe(0);
    expect(time.now()).toBe(2_000);
  });
});

describe("the countdown", () => {
  it("does not tremble with the network's delay, and follows a real change", () => {
    const clock = clockAt(0, 0);
    const countdown = new Countdown(clock);
    expect(countdown.remaining_ms()).toBeUndefined();
    countdown.correct(60_000, 0, 100);
    const first = countdown.remaining_ms()!;
    clock.mono = 1_000;
    countdown.correct(59_100, 900, 1_000);
    expect(countdown.remaining_ms()).toBe(first - 1_000);
    countdown.correct(120_000, 1_000, 1_000);
    expect(countdown.remaining_ms()).toBe(120_000);
    countdown.doubt();
    expect(countdown.remaining_ms()).toBeUndefined();
  });
});

describe("blocked intervals", () => {
  it("are a standstill in view, not a hidden page", () => {
    const blocked = new Blocked();
    expect(blocked.tick(1_000, true, 0)).toEqual([]);
    expect(blocked.tick(2_000, true, 0)).toEqual([]);
    expect(blocked.tick(9_000, true, 0)).toEqual([{ from: 2_000, to: 9_000 }]);
    expect(blocked.tick(10_000, false, 0)).toEqual([]);
    expect(blocked.tick(70_000, false, 0)).toEqual([]);
    expect(blocked.tick(71_000, true, 0)).toEqual([]);
    expect(blocked.tick(75_000, true, 40_000)).toEqual([{ from: 71_000, to: 75_000 }, { from: 75_000, to: 115_000 }]);
  });

  it("last over a reload as long as the server counted, whatever the PC's clock says", () => {
    expect(away_ms({ t: 0, left: 600_000 }, 540_000, 5_000_000)).toBe(60_000);
    expect(away_ms({ t: 0, left: 600_000 }, 540_000, -5_000_000)).toBe(60_000);
    expect(away_ms({ t: 0, left: 30_000 }, 0, 90_000)).toBe(90_000);
    expect(away_ms({ t: 0 }, 540_000, 4_000)).toBe(4_000);
  });

  it("are a sleep that no clock here shows, when the server counted on; not its network or a slow clock", () => {
    expect(hiddenSleep_ms(500_000, 400_000, 10_000, 3_600_000)).toBe(100_000);
    expect(hiddenSleep_ms(50_000, 0, 10_000, 3_600_000)).toBe(3_600_000);
    expect(hiddenSleep_ms(500_000, 498_500, 10_000, 3_600_000)).toBe(0);
    expect(hiddenSleep_ms(500_000, 480_000, 1_200_000, 3_600_000)).toBe(0);
  });

  it("that wait for the server are not told once more by the page after a crash", () => {
    const clock = clockAt(0, 0);
    const prepared = { started: true, remaining_ms: 3_600_000, hwm: 0, test: { duration_ms: 3_600_000 } } as Prepared;
    const record = { attempt: "a", epoch: "0.1", last_t: 0, origin_ms: 0, seq: 0 };
    const outbox = { record, events: [] as unknown[] };
    const page = (remaining_ms: number) => {
      const countdown = new Countdown(clock);
      const lost = new LostTime(clock, outbox as unknown as Outbox, { ...prepared, remaining_ms }, countdown);
      countdown.correct(remaining_ms, clock.mono, clock.mono);
      return lost;
    };
    const tell = (lost: LostTime, gap: { from: number; to: number }, t: number) => {
      record.seq += 1;
      record.last_t = t;
      outbox.events.push({ kind: "blocked", seq: record.seq, line: JSON.stringify({ value: gap, t }) });
      lost.told(gap, record.seq, t);
      lost.live(t, 0);
    };
    const kept = new Map<string, string>();
    vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, text: string) => kept.set(key, text) });
    // Frozen for 40 s and asleep for 30 s while the cable was out, then off for 20 s.
    const lost = page(3_600_000);
    clock.mono = 100_000;
    tell(lost, { from: 50_000, to: 90_000 }, 100_000);
    tell(lost, { from: 100_000, to: 130_000 }, 100_000);
    clock.wall_ms = 150_000;
    const again = page(3_600_000 - 150_000);
    // Its clock goes on behind the sleep, so that this is told here; what it stood still in sight waits already.
    expect(again.begin(again.since_t)).toEqual([{ from: 100_000, to: 150_000 }]);
    expect(again.promised_ms(0)).toBe(70_000);
    vi.unstubAllGlobals();
  });

  it("are a sleep before the start press that no clock here shows; not the time the pupil took to press", () => {
    const heard = (here_ms: number, counted_ms: number) => {
      const clock = clockAt(0, 0);
      const countdown = new Countdown(clock);
      const prepared = { started: false, remaining_ms: 3_600_000, test: { duration_ms: 3_600_000 } } as Prepared;
      const lost = new LostTime(clock, { record: { last_t: 0, origin_ms: 0 }, events: [] } as unknown as Outbox, prepared, countdown);
      countdown.correct(prepared.remaining_ms, 0, 0);
      clock.mono = here_ms;
      const left_ms = 3_600_000 - counted_ms;
      const first = lost.hear(left_ms, here_ms, here_ms, here_ms, 0);
      clock.mono += 10_000;
      expect(lost.hear(left_ms - 10_000, clock.mono, clock.mono, clock.mono, 0)).toEqual([]);
      return first;
    };
    expect(heard(20_000, 0)).toEqual([]);
    expect(heard(200_000, 140_000)).toEqual([]);
    expect(heard(20_000, 120_000)).toEqual([{ from: 20_000, to: 140_000 }]);
    expect(heard(100_000, 130_000)).toEqual([{ from: 100_000, to: 190_000 }]);
  });
});

const sides = (ids: string[], max: number) => ids.map((id) => ({ id, c: [], max }));
const table = (max: number, rowMax: number, columnMax: number): MatchInteraction =>
  ({ t: "match", r: "r1", max, min: 0, rows: sides(["a", "b", "c"], rowMax), cols: sides(["x", "y"], columnMax) });

describe("a match table", () => {
  const press = (node: MatchInteraction, pairs: string[], row: string, column: string): string[] => pressPair(node, pairs, row, column).pairs;

  it("moves a row's only mark and keeps the order of the rows", () => {
    let pairs = press(table(0, 1, 0), [], "b", "x");
    pairs = press(table(0, 1, 0), pairs, "a", "y");
    expect(pairs).toEqual(["a y", "b x"]);
    expect(press(table(0, 1, 0), pairs, "b", "y")).toEqual(["a y", "b y"]);
    expect(rowsDone(table(0, 1, 0), pairs)).toBe(2);
  });

  it("takes a mark away by a second press where a row holds more", () => {
    expect(press(table(0, 0, 0), ["a x", "a y"], "a", "x")).toEqual(["a y"]);
  });

  it("refuses what would go over a limit and leaves every mark where it is", () => {
    expect(pressPair(table(0, 1, 1), ["a x"], "b", "x")).toEqual({ pairs: ["a x"], refused: "column" });
    expect(pressPair(table(2, 1, 0), ["a x", "b x"], "c", "y")).toEqual({ pairs: ["a x", "b x"], refused: "all" });
    expect(pressPair({ ...table(0, 2, 0), cols: sides(["x", "y", "z"], 0) }, ["a x", "a y"], "a", "z")).toEqual({ pairs: ["a x", "a y"], refused: "row" });
  });

  it("lets a row's only mark go to another column even when the whole is full", () => {
    expect(pressPair(table(2, 1, 0), ["a x", "b x"], "b", "y")).toEqual({ pairs: ["a x", "b y"] });
  });
});

describe("the number grid", () => {
  const choice = (max: number, labels?: "A" | "1" | "none"): Item => ({
    id: "i1", responses: {}, body: [{ t: "div", c: [{ t: "choice", r: "r1", max, min: 0, ...(labels ? { labels } : {}), choices: sides(["c3", "c1"], 0) } as ChoiceInteraction] }],
  });
  it("shows the letter as displayed for a single choice, otherwise a tick", () => {
    expect(letterOf(choice(1, "A"), { r1: "c1" })).toBe("B");
    expect(letterOf(choice(1, "1"), { r1: "c1" })).toBe("2");
    expect(letterOf(choice(1, "none"), { r1: "c1" })).toBe("✓");
    expect(letterOf(choice(2), { r1: ["c1"] })).toBe("✓");
  });
  it("names the questions of a reading", () => {
    const items = ["s1", "s1", "s2", "s1"].map((id, index) => ({ id: `i${index + 1}`, stimuli: [id], body: [], responses: {} }));
    expect(numbersOf(items.slice(0, 2), "s1")).toBe("1–2");
    expect(numbersOf(items, "s1")).toBe("1, 2, 4");
    expect(numbersOf(items, "s2")).toBe("3");
  });
});

describe("what people read", () => {
  it("writes times, dates and remaining time in the Indonesian way", () => {
    const at = Date.UTC(2026, 7, 24, 0, 30);
    expect(timeOfDay(at, "WIB")).toBe("07.30 WIB");
    expect(timeOfDay(at, "WIT")).toBe("09.30 WIT");
    expect(timeSpan(at, at + 7_200_000, "WITA")).toBe("08.30–10.30 WITA");
    expect(date(Date.UTC(2026, 7, 23, 20, 0), "WIB")).toBe("Senin, 24 Agustus 2026");
    expect(remaining(2_832_000)).toBe("47:12");
    expect(remaining(4_500_000)).toBe("75:00");
    expect(remaining(1)).toBe("0:01");
    expect(remaining(-5)).toBe("0:00");
  });
});
