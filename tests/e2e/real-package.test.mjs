// Real school items: the valid package of kennisnet-php-qti3 built, imported, taken in a browser from login to kode
// bukti, and found whole at the centre. Skipped where that collection is not beside the repository.
import { after, before, describe } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Box, bin, root } from "./lib/box.mjs";
import { openBrowser, openPc, shot } from "./lib/browser.mjs";
import { assertWholeAtCentre, attemptsOf } from "./lib/outcome.mjs";
import { Pupil } from "./lib/pupil.mjs";
import { story } from "./lib/steps.mjs";

const source = resolve(process.env.PROKTOR_QTI_MATERIAL ?? join(root, "../shared/qti"), "kennisnet-php-qti3/packages/valid-package.zip");
const skip = existsSync(source) ? false : `not there: ${source}`;

// An event of one sesi with the one real test, for the first participant of the demo.
function eventDirectory() {
  const directory = mkdtempSync(join(tmpdir(), "proktor-real-"));
  const tool = (...words) => execFileSync(join(bin, "proktor"), words, { encoding: "utf8", maxBuffer: 1 << 26 });
  const built = tool("package", "build", source, "--out", join(directory, "nyata.paket"), "--only-playable", "--json");
  const inside = JSON.parse(tool("package", "inspect", join(directory, "nyata.paket"), "--json"));
  const test = inside.tests[0];
  const demo = readFileSync(join(root, "provisioning/demo/event.toml"), "utf8");
  const head = demo.slice(0, demo.indexOf("[[test]]")).replace('"latihan-an-2026"', '"soal-nyata"');
  const sitting = demo.slice(demo.indexOf("[[sitting]]"), demo.indexOf("[[sitting.test]]"));
  const staff = demo.slice(demo.indexOf("[[staff]]"));
  writeFileSync(join(directory, "event.toml"), `${head}[[test]]
id = "nyata"
title = "Soal Nyata"
instrument = "literasi"
package = "nyata.paket"
qti_test = ${JSON.stringify(test.id)}
duration_min = 90

${sitting}[[sitting.test]]
id = "nyata"
gate = "open"

${staff}`);
  const rows = readFileSync(join(root, "provisioning/demo/participants.csv"), "utf8").split("\n");
  writeFileSync(join(directory, "participants.csv"), `${rows[0]}\n${rows[1].replace("S1;S2", "S1")}\n`);
  return { directory, built, items: test.items };
}

describe("real school items", { timeout: 300_000, skip }, () => {
  let event, box, browser, pupil, code;
  const contexts = [];
  const step = story(contexts);

  before(async () => {
    event = eventDirectory();
    box = await Box.start(["--event", event.directory]);
    browser = await openBrowser();
    contexts.push(await openPc(browser));
    pupil = new Pupil(contexts[0], box.url, box.info.cards[0]);
  });

  after(async () => {
    await browser?.close();
    await box?.stop();
    if (event) rmSync(event.directory, { recursive: true, force: true });
  });

  step("most items can be played, the others are named with the reason", () => {
    assert.ok(event.items >= 20, `${event.items} items`);
    assert.match(event.built, /"(warnings|findings|left_out|errors)"/);
  });

  step("a pupil takes them from login to kode bukti", async () => {
    await pupil.open();
    await pupil.login();
    await pupil.token(box.info.token);
    await pupil.startTest("Soal Nyata");
    await pupil.work(event.items);
    await shot(pupil.page, "30-soal-nyata");
    code = await pupil.finish();
    assert.deepEqual(pupil.context.complaints, []);
  });

  step("the centre has them whole", async () => {
    const [attempt] = await attemptsOf(box);
    assert.equal(attempt.code, code);
    await assertWholeAtCentre(box, [code]);
  });
});
