// What an experiment in JavaScript shares: command line, seed, state file and last line, as laboratory.py has them.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";

export class Experiment {
  constructor(name, count) {
    const { values } = parseArgs({ options: {
      seed: { type: "string", default: "1" }, count: { type: "string", default: String(count) },
      state: { type: "string" }, bin: { type: "string" }, full: { type: "boolean", default: false } } });
    Object.assign(this, { name, count: Number(values.count), full: values.full });
    if (values.bin) process.env.PROKTOR_BIN = resolve(values.bin);
    this.numbers = { experiment: name, seed: Number(values.seed), trials: 0, acknowledged: 0, lost: 0, violations: 0 };
    if (values.state) {
      mkdirSync(values.state, { recursive: true });
      this.path = join(values.state, `${name}.json`);
      if (existsSync(this.path)) Object.assign(this.numbers, JSON.parse(readFileSync(this.path, "utf8")));
    }
    console.log(`${name}: seed ${this.numbers.seed}, ${this.numbers.trials} of ${this.count} done`);
  }

  get left() {
    return Math.max(0, this.count - this.numbers.trials);
  }

  // Counts a finished piece of work and keeps it.
  add(counters) {
    for (const [name, value] of Object.entries(counters)) this.numbers[name] = (this.numbers[name] ?? 0) + value;
    if (!this.path) return;
    writeFileSync(`${this.path}.tmp`, JSON.stringify(this.numbers));
    renameSync(`${this.path}.tmp`, this.path);
  }

  violated(what) {
    this.add({ violations: 1 });
    console.log(`VIOLATED ${this.name}, seed ${this.numbers.seed}: ${what}`);
  }

  finish() {
    console.log(JSON.stringify(this.numbers));
    return this.numbers.lost > 0 || this.numbers.violations > 0 ? 1 : 0;
  }

  skip(reason) {
    console.log(JSON.stringify({ ...this.numbers, skipped: reason }));
    return 77;
  }
}

// mulberry32: the same numbers for the same seed.
export function chance(seed) {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
  return { below: (limit) => Math.floor(next() * limit), next };
}
