// A server whose chain is not the page's: one reply brings another head. The page takes nothing for saved, asks again,
// and at the end the server has each of its lines once.
import { after, before, describe } from "node:test";
import assert from "node:assert/strict";
import { request } from "node:http";
import { Box } from "./lib/box.mjs";
import { openBrowser, openPc } from "./lib/browser.mjs";
import { Pupil } from "./lib/pupil.mjs";
import { story } from "./lib/steps.mjs";

const askAgain_ms = 20_000;

// The only attempt's epochs as the server has them.
const epochs = (socketPath) => new Promise((done, failed) => request({ socketPath, path: "/v1/attempts" }, (reply) => {
  let text = "";
  reply.on("data", (part) => (text += part)).on("end", () => done(JSON.parse(text).attempts[0].epochs));
}).on("error", failed).end());

// The page's own record of the attempt.
const record = (page) => page.evaluate(() => new Promise((done) => {
  indexedDB.open("proktor-tes").onsuccess = ({ target: { result: db } }) => {
    db.transaction("records").objectStore("records").getAll().onsuccess = ({ target }) => { db.close(); done(target.result[0]); };
  };
}));

describe("a mark with the head of other lines", { timeout: 120_000 }, () => {
  let box, browser, pupil;
  const contexts = [];
  const step = story(contexts);

  before(async () => {
    box = await Box.start(["--participants", "1"]);
    browser = await openBrowser();
    contexts.push(await openPc(browser));
    pupil = new Pupil(contexts[0], box.url, box.info.cards[0]);
  });

  after(async () => {
    await browser?.close();
    await box?.stop();
  });

  step("a pupil is at work", async () => {
    await pupil.goToWork(box.info.token, "Latihan");
  });

  step("one reply brings the head of other lines: nothing is called saved, and the page prepares again", async () => {
    const { page } = pupil;
    let changed = 0;
    await page.route("**/api/attempt/events?*", async (route) => {
      const response = await route.fetch();
      const reply = await response.json();
      const other = (changed += 1) === 1 ? "ab".repeat(32) : reply.head;
      await route.fulfill({ response, json: { ...reply, head: other } });
    });
    let goOn;
    const held = new Promise((done) => (goOn = done));
    await page.route("**/api/attempt/prepare", async (route) => {
      await held;
      await route.continue();
    });
    const again = page.waitForRequest("**/api/attempt/prepare", { timeout: askAgain_ms });
    await pupil.next();
    await pupil.answer(1);
    await again;
    assert.notEqual(await page.locator("[data-save]").first().getAttribute("data-save"), "server");
    assert.equal((await record(page)).hwm, 0, "no line counts as handed over");
    goOn();
    await pupil.saved();
  });

  step("the server has each line once, in the page's own chain", async () => {
    const { base_seq, seq, head, hwm } = await record(pupil.page);
    assert.deepEqual({ base_seq, hwm }, { base_seq: 0, hwm: seq });
    const [epoch] = await epochs(box.info.control);
    assert.deepEqual({ hwm: epoch.hwm, head: epoch.head, quarantine: epoch.quarantine }, { hwm: seq, head, quarantine: 0 });
  });
});
