// A test in stages on a real box: two pupils on two routes through the demo's adaptive test, a reload and a SIGKILL on
// the way, no way back, no score for anyone; then the same test built with results, and what is shown of it.
import { after, before, describe } from "node:test";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { answerBy, keysOf, onPage } from "./lib/answer-keys.mjs";
import { Box, bin, root } from "./lib/box.mjs";
import { assertAccessible, openBrowser, openPc, shot } from "./lib/browser.mjs";
import { assertWholeAtCentre } from "./lib/outcome.mjs";
import { Proctor } from "./lib/proctor.mjs";
import { Pupil } from "./lib/pupil.mjs";
import { story } from "./lib/steps.mjs";

const source = join(root, "provisioning/demo/adaptif");
const keys = keysOf(source);
const exam = "Numerasi adaptif";
const practice = "Latihan adaptif";
const stages = [[1, 5], [6, 9], [10, 12]];
// What only author and server know: scores, outcomes, names of items and parts.
const secret = /score|correct|"result"|SKOR|KEMAMPUAN|TINGKAT|ADA-\d|AWAL|LANJUT|AKHIR/i;

function eventDirectory() {
  const directory = mkdtempSync(join(tmpdir(), "proktor-stages-"));
  const build = (name, ...more) => execFileSync(join(bin, "proktor"),
    ["package", "build", source, "--out", join(directory, name), "--mark", "LATIHAN", "--json", ...more], { encoding: "utf8" });
  build("ujian.paket");
  build("latihan.paket", "--results", "pupil");
  const demo = readFileSync(join(root, "provisioning/demo/event.toml"), "utf8");
  const head = demo.slice(0, demo.indexOf("[[test]]")).replace('"latihan-an-2026"', '"bertahap"');
  const test = (id, title, file) => `[[test]]\nid = "${id}"\ntitle = "${title}"\ninstrument = "numerasi"\npackage = "${file}"\nqti_test = "NUMERASI-ADAPTIF"\nduration_min = 45\n\n`;
  const taken = (id) => `[[sitting.test]]\nid = "${id}"\ngate = "open"\n\n`;
  writeFileSync(join(directory, "event.toml"), head + test("ujian", exam, "ujian.paket") + test("latihan", practice, "latihan.paket") +
    demo.slice(demo.indexOf("[[sitting]]"), demo.indexOf("[[sitting.test]]")) + taken("ujian") + taken("latihan") + demo.slice(demo.indexOf("[[staff]]")));
  const rows = readFileSync(join(root, "provisioning/demo/participants.csv"), "utf8").split("\n");
  writeFileSync(join(directory, "participants.csv"), `${[rows[0], ...rows.slice(1, 3).map((row) => row.replace("S1;S2", "S1"))].join("\n")}\n`);
  return directory;
}

describe("a test in stages", { timeout: 300_000 }, () => {
  let event, box, browser, clever, guessing;
  const codes = [];
  const contexts = [];
  const step = story(contexts);

  before(async () => {
    event = eventDirectory();
    box = await Box.start(["--event", event]);
    browser = await openBrowser();
    const seat = async (card, right) => {
      const context = await openPc(browser);
      contexts.push(context);
      const pupil = new Pupil(context, box.url, card);
      return Object.assign(pupil, { right, seen: [], replies: [] });
    };
    clever = await seat(box.info.cards[0], true);
    guessing = await seat(box.info.cards[1], false);
  });

  after(async () => {
    await browser?.close();
    await box?.stop();
    if (event) rmSync(event, { recursive: true, force: true });
  });

  async function enter(pupil) {
    await pupil.open();
    pupil.page.on("response", async (reply) => {
      if (!reply.url().includes("/api/")) return;
      pupil.replies.push({ path: new URL(reply.url()).pathname, text: await reply.text().catch(() => "") });
    });
    await pupil.login();
    await pupil.token(box.info.token);
    await pupil.startTest(exam);
  }

  // Item by item; what the author calls them is kept, in order.
  async function answer(pupil, first, last) {
    for (let number = first; number <= last; number += 1) {
      await pupil.atItem(number);
      const key = await onPage(pupil.page, keys);
      pupil.seen[number - 1] = key.file.slice(4, 6);
      await answerBy(pupil.page, key, pupil.right);
      if (number < last) await pupil.next();
    }
    await pupil.saved();
  }

  const press = (pupil, name) => pupil.page.getByRole("button", { name, exact: true }).first().click();

  async function close(pupil, stage) {
    await press(pupil, "Tinjau jawaban");
    await pupil.page.getByText(/^Saya sudah memeriksa/).click();
    await press(pupil, `Tutup bagian ${stage}`);
    await pupil.page.getByRole("heading", { name: `Bagian ${stage} selesai` }).waitFor();
  }

  async function goOn(pupil, stage) {
    await press(pupil, "Lanjut ke bagian berikutnya");
    await pupil.atItem(stages[stage - 1][0]);
  }

  // Only numbers of this stage can be reached, by button, key and list.
  async function assertNoWayBack(pupil, stage) {
    const { page } = pupil;
    const [first, last] = stages[stage - 1];
    assert.equal(await page.getByRole("button", { name: "Sebelumnya" }).isVisible(), false);
    await press(pupil, "Daftar soal");
    await page.getByText(`Soal 1–${first - 1} sudah ditutup.`).waitFor();
    const numbers = await page.locator("aside ol button").evaluateAll((all) => all.map((one) => parseInt(one.textContent, 10)));
    assert.deepEqual(numbers, Array.from({ length: last - first + 1 }, (_, i) => first + i));
    await shot(page, `5${stage}2-daftar-bagian-${stage}`);
    await assertAccessible(page, "list of a later stage");
    await press(pupil, "Daftar soal");
  }

  step("the first stage is the same for both; closing it is asked twice", async () => {
    for (const pupil of [clever, guessing]) {
      await enter(pupil);
      await pupil.page.getByText("bagian 1, sampai soal 5").waitFor();
      await answer(pupil, 1, 5);
    }
    assert.deepEqual(clever.seen, guessing.seen);
    await shot(clever.page, "510-soal-bagian-1");
    await press(clever, "Tinjau jawaban");
    await press(clever, "Tutup bagian 1");
    await clever.page.getByText("Beri tanda centang di atas dahulu, lalu tutup bagian ini.").waitFor();
    await shot(clever.page, "511-tinjau-bagian-1");
    await assertAccessible(clever.page, "review of a stage");
    await press(clever, "Kembali ke soal");
  });

  step("the second stage is another for each; numbers run on and there is no way back", async () => {
    for (const pupil of [clever, guessing]) {
      await close(pupil, 1);
      await pupil.page.getByText("Berikutnya bagian 2: soal 6 sampai 9.").waitFor();
    }
    await shot(clever.page, "520-antara-bagian");
    await assertAccessible(clever.page, "between two stages");
    for (const pupil of [clever, guessing]) {
      await goOn(pupil, 2);
      await pupil.page.getByText("bagian 2, sampai soal 9").waitFor();
      await assertNoWayBack(pupil, 2);
      await answer(pupil, 6, 7);
    }
  });

  step("a reload comes back to the question of the same stage, answers and all", async () => {
    const before = await clever.answers();
    await clever.page.reload();
    await clever.atItem(7);
    assert.deepEqual(await clever.answers(), before);
    await clever.page.goBack().catch(() => {});
    await clever.page.goForward().catch(() => {});
    await clever.atItem(7);
    await clever.next();
    await answer(clever, 8, 9);
    await close(clever, 2);
  });

  step("the server is killed while one is between two stages and the other in the middle of one", async () => {
    await box.killServer();
    await clever.page.reload();
    await clever.page.getByRole("heading", { name: "Bagian 2 selesai" }).waitFor();
    await guessing.next();
    await answer(guessing, 8, 9);
    await guessing.page.reload();
    await guessing.atItem(9);
    await guessing.page.getByText("bagian 2, sampai soal 9").waitFor();
    await close(guessing, 2);
    for (const pupil of [clever, guessing]) {
      await goOn(pupil, 3);
      await assertNoWayBack(pupil, 3);
      await answer(pupil, 10, 12);
    }
  });

  step("each finished its own route, with a code and without a score", async () => {
    for (const pupil of [clever, guessing]) {
      codes.push(await pupil.finish());
      await pupil.page.getByText("12 dari 12 soal").waitFor();
      assert.equal(await pupil.page.getByRole("heading", { name: "Hasil latihan" }).count(), 0);
    }
    assert.deepEqual(clever.seen, ["01", "02", "03", "04", "05", "10", "11", "12", "13", "20", "21", "22"]);
    assert.deepEqual(guessing.seen, ["01", "02", "03", "04", "05", "06", "07", "08", "09", "14", "15", "16"]);
    for (const { replies } of [clever, guessing]) {
      assert.ok(replies.filter((one) => one.path.endsWith("/stage")).length >= 2);
      for (const { path, text } of replies) assert.doesNotMatch(text, secret, path);
    }
    await shot(clever.page, "530-selesai-tanpa-hasil");
  });

  step("built for practice, the same test ends with what was right; only the last reply tells", async () => {
    for (const pupil of [clever, guessing]) {
      pupil.replies.length = 0;
      await press(pupil, `Lanjut ke ${practice}`);
      await pupil.startTest(practice);
      for (const stage of [1, 2]) {
        await answer(pupil, ...stages[stage - 1]);
        await close(pupil, stage);
        await goOn(pupil, stage + 1);
      }
      await answer(pupil, 10, 11);
      await pupil.next();
      if (pupil.right) await answer(pupil, 12, 12);
      codes.push(await pupil.finish());
      await pupil.page.getByRole("heading", { name: "Hasil latihan" }).waitFor();
      for (const { path, text } of pupil.replies) if (!path.endsWith("/finish")) assert.doesNotMatch(text, secret, path);
    }
    const states = (pupil) => pupil.page.locator("section li").evaluateAll((all) => all.map((one) => one.className.split(" ")[0]));
    assert.deepEqual(await states(clever), Array(12).fill("right"));
    assert.deepEqual(await states(guessing), [...Array(11).fill("wrong"), "unanswered"]);
    await clever.page.getByText("12 benar dari 12 soal").waitFor();
    await guessing.page.getByText("0 benar dari 12 soal").waitFor();
    for (const [index, pupil] of [clever, guessing].entries()) await shot(pupil.page, `54${index}-hasil-latihan`);
    await assertAccessible(guessing.page, "result of a practice in stages");
    await assertWholeAtCentre(box, codes);
  });

  step("the proctor sees the score of the practice and none of the exam", async () => {
    contexts.push(await openPc(browser));
    const proctor = new Proctor(contexts.at(-1), box);
    await proctor.login();
    await proctor.go("Status Peserta");
    await proctor.row(clever.card.name).click();
    const tests = proctor.page.locator("aside li");
    await tests.filter({ hasText: practice }).getByText("Nilai latihan 12 dari 12").waitFor();
    assert.doesNotMatch(await tests.filter({ hasText: exam }).innerText(), /Nilai/);
    const told = await proctor.page.locator("aside ol").innerText();
    assert.deepEqual(told.match(/Bagian \d selesai/g), ["Bagian 2 selesai", "Bagian 1 selesai", "Bagian 2 selesai", "Bagian 1 selesai"]);
    assert.doesNotMatch(told, /\b0 detik/);
    await shot(proctor.page, "550-rincian-dengan-nilai");
  });

  step("no page complained on its console", () => {
    assert.deepEqual(contexts.flatMap((one) => one.complaints), []);
  });
});
