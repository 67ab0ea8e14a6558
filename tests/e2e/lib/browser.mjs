// Chromium from Debian, contexts as separate PCs, screenshots and accessibility checks.
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import assert from "node:assert/strict";
import { chromium } from "playwright-core";
import { root } from "./box.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const out = join(root, "tests/e2e/out");
const screen = { width: 1024, height: 720 };
const rules = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

export const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
// As root in a container Chromium has no sandbox of its own.
const args = ["--no-sandbox", "--disable-gpu"];

export async function openBrowser() {
  mkdirSync(out, { recursive: true });
  return chromium.launch({ executablePath, args });
}

// One PC whose storage and cookies lie in a folder and outlive the browser.
export async function openPcIn(folder) {
  const context = await chromium.launchPersistentContext(folder, { executablePath, args, viewport: screen, ignoreHTTPSErrors: true, locale: "id-ID" });
  context.setDefaultTimeout(15_000);
  return context;
}

// One PC: own storage, own cookies. Whatever a page says on its console as an error is kept in `context.complaints`.
export async function openPc(browser, options = {}) {
  const context = await browser.newContext({ viewport: screen, ignoreHTTPSErrors: true, locale: "id-ID", ...options });
  context.setDefaultTimeout(15_000);
  context.complaints = [];
  context.on("page", (page) => {
    page.on("pageerror", (error) => context.complaints.push(String(error)));
    page.on("console", (message) => {
      // Failed fetches while the network or the server is away are what the test is about.
      if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text())) context.complaints.push(message.text());
    });
  });
  return context;
}

export async function shot(page, name) {
  await page.screenshot({ path: join(out, `${name}.png`) });
}

// No finding of axe-core's WCAG 2.2 AA rules on the page as it is. Evaluated through the debugger: the page's CSP holds.
export async function assertAccessible(page, name) {
  await page.evaluate(axe);
  const found = await page.evaluate((tags) => globalThis.axe.run(document, { runOnly: tags, resultTypes: ["violations"] }), rules);
  const said = found.violations.map((one) => `${one.id}: ${one.help}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(", ")}`);
  assert.deepEqual(said, [], `${name}: accessibility`);
}
