// Three pupils at three PCs from login to kode bukti: one loses the network, one reloads, one moves to another PC by
// two digits; the server is killed once; the board follows within a second; the centre has it all.
import { after, before, describe } from "node:test";
import assert from "node:assert/strict";
import { Box } from "./lib/box.mjs";
import { assertAccessible, openBrowser, openPc, shot } from "./lib/browser.mjs";
import { assertWholeAtCentre } from "./lib/outcome.mjs";
import { Proctor } from "./lib/proctor.mjs";
import { Pupil } from "./lib/pupil.mjs";
import { story } from "./lib/steps.mjs";

const tests = [["Latihan", 3], ["Literasi Membaca", 12], ["Survei Murid", 10]];
const board_ms_max = 1_000;

describe("three browsers from login to kode bukti", { timeout: 300_000 }, () => {
  let box, browser, proctor, ana, budi, citra;
  const codes = [];
  const contexts = [];
  const step = story(contexts);
  const pc = async () => {
    contexts.push(await openPc(browser));
    return contexts.at(-1);
  };

  before(async () => {
    box = await Box.start(["--participants", "3"]);
    browser = await openBrowser();
    proctor = new Proctor(await pc(), box);
    const pupils = [];
    for (const card of box.info.cards) pupils.push(new Pupil(await pc(), box.url, card));
    [ana, budi, citra] = pupils;
  });

  after(async () => {
    await browser?.close();
    await box?.stop();
  });

  step("the proctor logs in and sees three participants who have not", async () => {
    await proctor.login();
    await proctor.go("Status Peserta");
    for (const one of [ana, budi, citra]) {
      await proctor.follows(one.card.name, (state) => state === "belum_login", 10_000);
    }
  });

  step("each logs in with the card, confirms and types the token", async () => {
    await ana.open();
    await shot(ana.page, "01-masuk");
    await assertAccessible(ana.page, "login");
    await ana.login();
    await ana.page.getByText(ana.card.name).first().waitFor();
    await shot(ana.page, "02-konfirmasi");
    await assertAccessible(ana.page, "confirmation");
    await ana.token(box.info.token);
    for (const one of [budi, citra]) {
      await one.open();
      await one.login();
      await one.token(box.info.token);
    }
    await assertAccessible(ana.page, "card before a test");
  });

  step("all finish the practice and are shown a kode bukti", async () => {
    for (const one of [ana, budi, citra]) {
      await one.startTest(tests[0][0]);
      await one.work(tests[0][1]);
      codes.push(await one.finish());
    }
    await shot(ana.page, "03-selesai-latihan");
    await assertAccessible(ana.page, "finished");
    for (const one of [ana, budi, citra]) {
      await one.page.getByRole("button", { name: /^Lanjut/ }).click();
      await one.startTest(tests[1][0]);
    }
  });

  step("the board follows an answer within a second", async () => {
    await ana.answer();
    await ana.saved();
    const took_ms = await proctor.follows(ana.card.name, (_, text) => text.includes("1/12"), 5_000);
    assert.ok(took_ms < board_ms_max, `the board took ${took_ms.toFixed(0)} ms`);
    await shot(ana.page, "04-soal");
    await assertAccessible(ana.page, "item");
  });

  step("one loses the network, goes on, and the rest arrives by itself", async () => {
    await ana.next();
    await ana.context.setOffline(true);
    for (const number of [2, 3, 4]) {
      await ana.atItem(number);
      await ana.answer(1);
      await ana.next();
    }
    await ana.saved("unsent");
    await shot(ana.page, "05-terputus");
    await assertAccessible(ana.page, "offline");
    await ana.context.setOffline(false);
    await ana.saved("server", 30_000);
    await proctor.follows(ana.card.name, (_, text) => text.includes("4/12"), board_ms_max * 5);
  });

  step("one reloads and is at the same item with the same answer", async () => {
    await budi.work(4, 1, 1);
    const given = await budi.answers();
    assert.ok(given.some((one) => one !== ""));
    await budi.page.reload();
    await budi.atItem(4);
    assert.deepEqual(await budi.answers(), given);
    await budi.saved();
    await budi.next();
  });

  step("the server is killed and nobody logs in again", async () => {
    await ana.atItem(5);
    await box.killServer();
    await ana.answer();
    await ana.saved("server", 30_000);
    await budi.atItem(5);
    await budi.answer();
    await budi.saved("server", 30_000);
    await proctor.follows(budi.card.name, (_, text) => text.includes("5/12"), 30_000);
  });

  step("one moves to another PC by two digits and the old PC is locked", async () => {
    await citra.work(3);
    await citra.saved();
    const given = await citra.answers();
    const old_page = citra.page;
    citra.context = await pc();
    await citra.open();
    await citra.login();
    const digits = (await citra.page.locator(".digits").innerText()).trim();
    assert.match(digits, /^\d\d$/);
    await shot(citra.page, "06-komputer-kedua");
    await assertAccessible(citra.page, "waiting for approval");
    await proctor.follows(citra.card.name, (state) => state === "komputer_kedua", board_ms_max * 3);
    await shot(proctor.page, "07-papan");
    await assertAccessible(proctor.page, "board");
    await proctor.approve(citra.card.name, digits);
    await old_page.getByText("Kartumu sekarang dipakai di komputer lain").waitFor({ timeout: 20_000 });
    await citra.atItem(3);
    assert.deepEqual(await citra.answers(), given);
    assert.ok(given.some((one) => one !== ""));
  });

  step("all finish the sesi", async () => {
    await citra.next();
    await citra.work(tests[1][1], 4);
    await shot(citra.page, "08-soal-terakhir");
    await ana.work(tests[1][1], 5);
    await budi.work(tests[1][1], 5);
    for (const one of [ana, budi, citra]) {
      codes.push(await one.finish());
      await one.page.getByRole("button", { name: /^Lanjut/ }).click();
      await one.startTest(tests[2][0]);
      await one.work(tests[2][1], 1, 2);
      codes.push(await one.finish());
    }
    await ana.page.getByRole("button", { name: /^Lanjut/ }).click();
    await shot(ana.page, "09-akhir-sesi");
    for (const one of [ana, budi, citra]) await proctor.follows(one.card.name, (state) => state === "selesai", 5_000);
    await shot(proctor.page, "10-papan-selesai");
    assert.equal(codes.length, 9);
  });

  step("the centre has every answer under the same kode bukti", async () => {
    await assertWholeAtCentre(box, codes);
    await proctor.go("Sinkronisasi");
    await shot(proctor.page, "11-sinkronisasi");
    await assertAccessible(proctor.page, "sync");
  });

  step("no page complained on its console", () => {
    assert.deepEqual(contexts.flatMap((one) => one.complaints), []);
  });
});
