// Every interaction of the pupil's page, in one test of a package made for it: one pupil answers with the mouse, another
// with the keyboard alone; what arrives is what docs/delivery-view.md says, and is there again after a reload.
import { after, before, describe } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expected, inWords, keyboard, mouse, onScreen, tabTo } from "./lib/answering.mjs";
import { Box, bin, root } from "./lib/box.mjs";
import { assertAccessible, openBrowser, openPc, shot } from "./lib/browser.mjs";
import { assertWholeAtCentre } from "./lib/outcome.mjs";
import { Pupil } from "./lib/pupil.mjs";
import { writeSampler } from "./lib/sampler.mjs";
import { story } from "./lib/steps.mjs";

const names = Object.keys(expected);
const title = "Contoh semua soal";

function eventDirectory() {
  const directory = mkdtempSync(join(tmpdir(), "proktor-sampler-"));
  const source = join(directory, "sumber");
  writeSampler(source);
  const tool = (...words) => execFileSync(join(bin, "proktor"), words, { encoding: "utf8", maxBuffer: 1 << 26 });
  tool("package", "build", source, "--out", join(directory, "contoh.paket"), "--mark", "LATIHAN", "--results", "pupil", "--json");
  const demo = readFileSync(join(root, "provisioning/demo/event.toml"), "utf8");
  const head = demo.slice(0, demo.indexOf("[[test]]")).replace('"latihan-an-2026"', '"semua-soal"');
  const sitting = demo.slice(demo.indexOf("[[sitting]]"), demo.indexOf("[[sitting.test]]"));
  const staff = demo.slice(demo.indexOf("[[staff]]"));
  writeFileSync(join(directory, "event.toml"), `${head}[[test]]
id = "contoh"
title = "${title}"
instrument = "literasi"
package = "contoh.paket"
qti_test = "LENGKAP"
duration_min = 60

${sitting}[[sitting.test]]
id = "contoh"
gate = "open"

${staff}`);
  const rows = readFileSync(join(root, "provisioning/demo/participants.csv"), "utf8").split("\n");
  writeFileSync(join(directory, "participants.csv"), `${[rows[0], ...rows.slice(1, 3).map((row, number) => row.replace("S1;S2", "S1").replace(",utama,,", number === 1 ? ",utama,glossary-on-screen," : ",utama,,"))].join("\n")}\n`);
  return directory;
}

// What the page sends and is sent, as it goes over the wire.
function listen(page) {
  const wire = { answers: new Map(), test: undefined };
  page.on("response", async (reply) => {
    if (reply.url().endsWith("/api/attempt/prepare") && reply.ok()) wire.test = (await reply.json()).test;
  });
  page.on("request", (request) => {
    if (!request.url().includes("/api/attempt/events")) return;
    for (const line of (request.postData() ?? "").split("\n").filter((one) => one !== "")) {
      const { kind, item, value } = JSON.parse(line);
      if (kind === "answer" || kind === "clear") wire.answers.set(item, value);
    }
  });
  return wire;
}

describe("every interaction of the pupil's page", { timeout: 300_000 }, () => {
  let event, box, browser;
  const pupils = [];
  const codes = [];
  const contexts = [];
  const step = story(contexts);

  before(async () => {
    event = eventDirectory();
    box = await Box.start(["--event", event]);
    browser = await openBrowser();
    for (const card of box.info.cards.slice(0, 2)) {
      contexts.push(await openPc(browser));
      pupils.push(new Pupil(contexts.at(-1), box.url, card));
    }
  });

  after(async () => {
    await browser?.close();
    await box?.stop();
    if (event) rmSync(event, { recursive: true, force: true });
  });

  async function answerAll(pupil, how, look) {
    await pupil.open();
    const wire = listen(pupil.page);
    await pupil.login();
    await pupil.token(box.info.token);
    await pupil.startTest(title);
    const seen = [];
    for (const [index, name] of names.entries()) {
      await pupil.atItem(index + 1);
      await how[name](pupil.page);
      await pupil.saved();
      const item = wire.test.items[index];
      assert.deepEqual(inWords(item, wire.answers.get(item.id)), expected[name], name);
      seen.push(await onScreen(pupil.page));
      await look?.(pupil.page, index + 1, name);
      if (index + 1 < names.length) await pupil.next();
    }
    // A reload comes back to the last item; the others are looked at one by one.
    await pupil.page.reload();
    for (let number = names.length; number >= 1; number -= 1) {
      await pupil.atItem(number);
      assert.equal(await onScreen(pupil.page), seen[number - 1], `${names[number - 1]} after a reload`);
      if (number > 1) await pupil.page.getByRole("button", { name: "Sebelumnya" }).click();
    }
  }

  step("answered with the mouse", () => answerAll(pupils[0], mouse, async (page, number, name) => {
    await shot(page, `4${String(number).padStart(2, "0")}-${name.toLowerCase()}`);
    await assertAccessible(page, name);
  }));

  step("answered with the keyboard alone", () => answerAll(pupils[1], keyboard));

  step("a word with help opens by keyboard for who needs it, and is plain text for who does not", async () => {
    const [plain, helped] = pupils.map((one) => one.page);
    assert.equal(await plain.getByRole("button", { name: /^Tumbuhan/ }).count(), 0);
    await tabTo(helped, /^Tumbuhan ?, Arti kata$/);
    await helped.keyboard.press("Enter");
    const dialog = helped.getByRole("dialog", { name: "Arti kata" });
    await dialog.getByText("Makhluk hidup yang berakar").waitFor();
    assert.equal(await dialog.getByText("plant").count(), 0);
    await shot(helped, "419-arti-kata");
    await assertAccessible(helped, "a word with help");
    await helped.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assert.match(await helped.evaluate(() => document.activeElement.textContent), /^Tumbuhan/);
  });

  step("both end with a result of the practice, everything scored by a machine right", async () => {
    for (const pupil of pupils) {
      await pupil.page.getByRole("button", { name: "Daftar soal" }).click();
      codes.push(await pupil.finish());
      await pupil.page.getByRole("heading", { name: "Hasil latihan" }).waitFor();
      assert.deepEqual(await pupil.page.locator("section li").evaluateAll((all) => all.map((one) => one.className.split(" ")[0])),
        names.map((name) => ({ TITIK: "unscored", KEBUN: "unscored", DENGAR: "unscored", ESAI: "waiting" })[name] ?? "right"));
      await pupil.page.getByText("1 soal dinilai kemudian oleh guru.").waitFor();
    }
    await shot(pupils[0].page, "420-hasil-latihan");
    await assertAccessible(pupils[0].page, "result of a practice");
    await assertWholeAtCentre(box, codes);
  });

  step("no page complained on its console", () => {
    assert.deepEqual(contexts.flatMap((one) => one.complaints), []);
  });
});
