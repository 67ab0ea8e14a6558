#!/usr/bin/env node
// SIGKILL of a pupil's whole browser while answers wait in it. The oracle is what the page showed: once it says that an
// answer is saved on this computer (or on the server), a browser started again on the same PC stands at the same question
// with the same answers, nobody logs in again, the server gets every line, and the kode bukti at the end is the server's.
// In half of the trials the server does not answer (SIGSTOP) until the browser is back; in the others the kill falls just
// after the words appear, with the request on its way.
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Experiment, chance } from "../lib/experiment.mjs";

const quick = 5;
const kills_per_pupil = 25;
const test = { title: "Literasi Membaca", items: 12, essay: 4 };

const experiment = new Experiment("kill-browser", quick);
if (!existsSync(fileURLToPath(new URL("../../e2e/node_modules/playwright-core", import.meta.url)))) {
  process.exit(experiment.skip("no Playwright: provisioning/install.sh --tests"));
}
// Only now: PROKTOR_BIN is read when they load.
const { Box, until } = await import("../../e2e/lib/box.mjs");
const { executablePath, openPcIn } = await import("../../e2e/lib/browser.mjs");
const { attemptsOf, control } = await import("../../e2e/lib/outcome.mjs");
const { Pupil } = await import("../../e2e/lib/pupil.mjs");

// The browser's own process: Playwright makes it the leader of a group in which all its helpers are.
function browserPid(folder) {
  for (const name of readdirSync("/proc").filter((one) => /^\d+$/.test(one))) {
    try {
      const parts = readFileSync(`/proc/${name}/cmdline`, "utf8").split("\0");
      if (parts.includes(`--user-data-dir=${folder}`) && !parts.some((one) => one.startsWith("--type="))) return Number(name);
    } catch {
      // It ended meanwhile.
    }
  }
  throw new Error("no browser process");
}

class Trials {
  constructor(box, card, random) {
    Object.assign(this, { box, card, random, at: 1, texts: 0, turns: new Map() });
    this.folder = mkdtempSync(join(tmpdir(), "proktor-kill-browser-pc-"));
  }

  async open() {
    this.context = await openPcIn(this.folder);
    this.pid = browserPid(this.folder);
    this.pupil = new Pupil(this.context, this.box.url, this.card);
    await this.pupil.open();
  }

  // Up to the first question of the test.
  async begin() {
    await this.open();
    await this.pupil.login();
    await this.pupil.token(this.box.info.token);
    await this.pupil.startTest("Latihan");
    await this.pupil.work(3);
    await this.pupil.finish();
    await this.pupil.page.getByRole("button", { name: /^Lanjut/ }).click();
    await this.pupil.startTest(test.title);
  }

  async killed() {
    const gone = new Promise((done) => this.context.once("close", done));
    process.kill(-this.pid, "SIGKILL");
    await gone;
  }

  async go(to) {
    for (; this.at !== to; this.at += Math.sign(to - this.at)) {
      await this.pupil.page.getByRole("button", { name: to > this.at ? "Berikutnya" : "Sebelumnya" }).click();
      await this.pupil.atItem(this.at + Math.sign(to - this.at));
    }
  }

  // Another answer than the one before: the same again would be no event.
  turn() {
    const before = this.turns.get(this.at) ?? 1;
    this.turns.set(this.at, 1 - before);
    return 1 - before;
  }

  async answer() {
    if (this.at !== test.essay) return this.pupil.answer(this.turn());
    this.text = `Jawaban nomor ${(this.texts += 1)} dari ${this.card.username}.`;
    await this.pupil.page.locator("main textarea").fill(this.text);
    await this.pupil.page.evaluate(() => document.activeElement?.blur?.());
  }

  // Whichever of the two promises the page shows first.
  saved() {
    return this.pupil.page.locator('[data-save="computer"], [data-save="server"]').first().waitFor();
  }

  // One kill; gives how many answers the page had shown as saved.
  async trial() {
    const away = this.random.below(2) === 0;
    await this.pupil.saved();
    const server = this.box.serverPid();
    if (away) process.kill(server, "SIGSTOP");
    const shown = new Map();
    try {
      for (let left = away ? 1 + this.random.below(3) : 1; left > 0; left -= 1) {
        await this.go(1 + this.random.below(test.items));
        await this.answer();
        await (away ? this.pupil.saved("computer") : this.saved());
        shown.set(this.at, await this.pupil.answers());
      }
      await this.killed();
    } finally {
      if (away) process.kill(server, "SIGCONT");
    }
    const stood = this.at;
    await this.open();
    await this.pupil.atItem(stood);
    for (const [item, answers] of [...shown].reverse()) {
      await this.go(item);
      const now = await this.pupil.answers();
      if (JSON.stringify(now) !== JSON.stringify(answers)) throw new Error(`question ${item} shows ${now}, not ${answers}`);
    }
    await this.pupil.saved();
    if (this.text) await this.assertStored();
    return shown.size;
  }

  async assertStored() {
    for (const one of (await attemptsOf(this.box)).filter((row) => row.test === "literasi")) {
      const { term, n } = one.epochs.at(-1);
      const lines = await control(this.box, `/v1/events?attempt=${one.attempt}&term=${term}&n=${n}`);
      if (lines.includes(this.text)) return;
    }
    throw new Error(`"${this.text}" was shown as saved and is not in the journal`);
  }

  async end() {
    await this.go(test.items);
    const code = await this.pupil.finish();
    if (!(await attemptsOf(this.box)).some((one) => one.code === code)) throw new Error(`kode bukti ${code} is not the server's`);
  }

  async close() {
    await this.context?.close().catch(() => {});
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function one_pupil(box, number) {
  const trials = new Trials(box, box.info.cards[number % box.info.cards.length], chance(experiment.numbers.seed * 1000 + number));
  const kills = Math.min(experiment.left, kills_per_pupil);
  let done = 0;
  const begin = Date.now();
  try {
    await trials.begin();
    for (; done < kills; done += 1) experiment.add({ acknowledged: await trials.trial(), trials: 1 });
    await trials.end();
    experiment.add({ pupils: 1 });
  } catch (error) {
    experiment.violated(`pupil ${number}, kill ${done + 1}: ${error.message}`);
  } finally {
    await trials.close();
  }
  console.log(`pupil ${number}: ${done} kills, ${((Date.now() - begin) / 1000 / Math.max(done, 1)).toFixed(1)} s each`);
}

async function main() {
  if (!existsSync(executablePath)) return experiment.skip(`no browser: ${executablePath}`);
  if (experiment.left === 0) return experiment.finish();
  const box = await Box.start(["--participants", "40"]);
  try {
    for (let number = experiment.numbers.pupils ?? 0; experiment.left > 0 && experiment.numbers.violations === 0; number += 1) {
      await one_pupil(box, number);
    }
  } finally {
    await box.stop();
  }
  return experiment.finish();
}

process.exitCode = await main();
