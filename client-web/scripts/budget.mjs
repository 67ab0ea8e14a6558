// Checks what a page costs and that it keeps to the strict policy: node budget.mjs [DIST]. Exit 1 names each breach.
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";

const dist = resolve(process.argv[2] ?? "dist");
// kB, gzip -9: what the page loads at first, and (lazy) all that it may fetch while a test is prepared.
const budgets = { tes: { js: 60, css: 10, lazy: 30 }, proktor: { js: 60, css: 10, lazy: 0 } };
const breaches = [];
const read = (path) => readFileSync(join(dist, path));

// Every file the HTML names and every script those import; and what they import only when asked to.
function closure(html) {
  const found = new Set([...html.matchAll(/(?:src|href)="\/(aset\/[^"]+)"/g)].map((match) => match[1]));
  const later = new Set();
  for (const name of found) {
    if (!name.endsWith(".js")) continue;
    const text = read(name).toString();
    for (const match of text.matchAll(/(?:from|import) ?["']\.\/([\w.-]+\.js)["']/g)) found.add(`aset/${match[1]}`);
    for (const match of text.matchAll(/["'`](?:\.\/|\/?aset\/)([\w.-]+\.(?:js|css))["'`]/g)) later.add(`aset/${match[1]}`);
  }
  return { now: [...found], lazy: [...later].filter((name) => !found.has(name)) };
}

for (const page of readdirSync(dist).filter((name) => name !== "aset")) {
  const html = read(join(page, "index.html")).toString();
  if (/<script(?![^>]*\ssrc=)[^>]*>/.test(html)) breaches.push(`${page}: a script inside the page`);
  if (/\sstyle=|<style|\son\w+=/.test(html)) breaches.push(`${page}: inline style or handler`);
  const { now, lazy } = closure(html);
  const size = (files) => files.reduce((sum, name) => sum + gzipSync(read(name), { level: 9 }).length, 0) / 1000;
  const cost = { js: size(now.filter((name) => name.endsWith(".js"))), css: size(now.filter((name) => name.endsWith(".css"))), lazy: size(lazy) };
  console.log(`${page}: ${cost.js.toFixed(1)} kB script, ${cost.css.toFixed(1)} kB style, ${cost.lazy.toFixed(1)} kB later (gzip)`);
  for (const [kind, limit] of Object.entries(budgets[page] ?? {}))
    if (cost[kind] > limit) breaches.push(`${page}: ${cost[kind].toFixed(1)} kB ${kind}, at most ${limit}`);
}

for (const name of readdirSync(join(dist, "aset"))) {
  if (!/\.(js|css)$/.test(name)) continue;
  const text = read(join("aset", name)).toString();
  // Names of XML vocabularies and Svelte's error pages look like addresses but are never asked for.
  const outside = [...text.matchAll(/(?:https?:)?\/\/[a-z0-9.-]+\.[a-z]{2,}[^\s"'`)]*/gi)].map((match) => match[0])
    .filter((address) => !/^https?:\/\/(www\.w3\.org|svelte\.dev)\//.test(address));
  if (outside.length > 0) breaches.push(`${name}: names an outside address: ${outside.join(" ")}`);
  if (name.endsWith(".js") && /\sstyle="/.test(text)) breaches.push(`${name}: a static style attribute`);
  if (name.endsWith(".js") && /\beval\(|new Function\(/.test(text)) breaches.push(`${name}: eval`);
}

for (const breach of breaches) console.error(`over budget: ${breach}`);
process.exit(breaches.length > 0 ? 1 : 0);
