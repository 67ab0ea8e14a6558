// node peer_qti.mjs MATERIAL OUT.json: runs every unflagged item case that has a QTI 3 form through the peer.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chromium } from "playwright-core";

const [material, out] = process.argv.slice(2);
const { cases } = JSON.parse(readFileSync(join(material, "expected.json"), "utf8"));
const chosen = cases
  .filter((one) => one.kind === "item" && !one.flags)
  .map((one) => ({ ...one, file: one.item_qti3 ?? (one.qti.startsWith("3") ? one.item : null) }))
  .filter((one) => one.file);

const number = (value) => (value !== null && value !== "" && !Number.isNaN(Number(value)) ? Number(value) : value);
const list = (value) => (Array.isArray(value) ? value.map(number).sort() : value);
const plain = (value) => (value === "true" ? true : value === "false" ? false : Array.isArray(value) ? list(value) : number(value));

function same(expected, got) {
  if (Array.isArray(expected) && expected.length === 0) return got === null || (Array.isArray(got) && got.length === 0);
  const left = plain(expected), right = plain(got);
  if (typeof left === "number" && typeof right === "number") return Math.abs(left - right) < 1e-9;
  if (typeof left === "boolean") return left === right || (right === null && left === false);
  return JSON.stringify(left) === JSON.stringify(right);
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] });
const page = await (await browser.newContext({ offline: true })).newPage();
await page.goto("about:blank");
await page.addScriptTag({ path: "page.bundle.js" });

const results = [];
for (const one of chosen) {
  const xml = readFileSync(join(material, one.file), "utf8");
  const entry = { id: one.id, file: one.file };
  try {
    const { result, microseconds } = await page.evaluate(
      ([text, responses, names]) => window.runCase(text, responses, names), [xml, one.responses, Object.keys(one.expected)]);
    entry.microseconds = microseconds;
    entry.wrong = Object.entries(one.expected).filter(([name, value]) => !same(value, result[name])).map(([name, value]) => `${name}: ${JSON.stringify(result[name])}, not ${JSON.stringify(value)}`);
  } catch (error) {
    entry.failed = String(error).split("\n")[0];
  }
  results.push(entry);
}
await browser.close();

writeFileSync(out, JSON.stringify(results, null, 1));
const ran = results.filter((one) => one.microseconds !== undefined);
const times = ran.map((one) => one.microseconds).sort((a, b) => a - b);
console.log(`${results.length} cases, ${ran.length} ran, ${ran.filter((one) => one.wrong.length === 0).length} as expected`);
if (times.length > 0) console.log(`microseconds of a case: median ${times[times.length >> 1].toFixed(1)}, least ${times[0].toFixed(1)}, most ${times.at(-1).toFixed(1)}`);
