// The server's power goes and comes back, and later its data cannot be opened: what a pupil at work, a pupil who opens
// the page, and the proctor see, and that everything goes on where it stood.
import { after, before, describe } from "node:test";
import assert from "node:assert/strict";
import { cpSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Box, until } from "./lib/box.mjs";
import { assertAccessible, openBrowser, openPc, shot } from "./lib/browser.mjs";
import { Proctor } from "./lib/proctor.mjs";
import { Pupil } from "./lib/pupil.mjs";
import { story } from "./lib/steps.mjs";

const park_limit_ms = 60_000;

const seconds = (clock) => clock.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);

describe("power that goes, and data that cannot be opened", { timeout: 300_000 }, () => {
  let box, browser, proctor, pupil, other, left_s;
  const contexts = [];
  const step = story(contexts);
  const pc = async () => {
    contexts.push(await openPc(browser));
    return contexts.at(-1);
  };
  const mode = async () => JSON.parse(await box.tool("proktor", "status", "--control", box.info.control, "--json")).mode;
  const timer = async () => seconds((await pupil.page.getByRole("timer").first().innerText()).match(/\d+:\d\d/)[0]);

  before(async () => {
    box = await Box.start(["--participants", "2"]);
    browser = await openBrowser();
    proctor = new Proctor(await pc(), box);
    pupil = new Pupil(await pc(), box.url, box.info.cards[0]);
    other = await (await pc()).newPage();
  });

  after(async () => {
    await browser?.close();
    await box?.stop();
  });

  step("a pupil is at work and the proctor watches", async () => {
    await proctor.login();
    await proctor.go("Status Peserta");
    await pupil.goToWork(box.info.token, "Latihan");
  });

  step("power is going: everybody is told, and the exam's clock stops", async () => {
    process.kill(box.serverPid(), "SIGPWR");
    await pupil.page.getByRole("heading", { name: "Listrik server sedang mati." }).waitFor();
    await proctor.page.getByText("Listrik server sedang mati.").waitFor();
    await shot(pupil.page, "60-listrik-mati-murid");
    await shot(proctor.page, "61-listrik-mati-proktor");
    await assertAccessible(pupil.page, "parked, pupil");
    await assertAccessible(proctor.page, "parked, proctor");
    left_s = await timer();
  });

  step("the server rests with a notice; pages that are open keep theirs", async () => {
    await until("the park", async () => (await mode()) === "parked", park_limit_ms, 500);
    await other.goto(`${box.url}/tes`);
    await other.getByRole("heading", { name: "Listrik server sedang mati." }).waitFor();
    await shot(other, "62-listrik-mati-halaman");
    await assertAccessible(other, "parked, notice");
    assert.equal(await timer(), left_s);
    assert.ok(await pupil.page.getByText("waktumu tidak berkurang").isVisible());
  });

  step("power is back: the pupil goes on at the same question with the same time", async () => {
    process.kill(box.serverPid(), "SIGCONT");
    await pupil.atItem(1);
    await pupil.saved();
    assert.ok((await timer()) >= left_s - 20, `${await timer()} s are left, before it were ${left_s}`);
    await pupil.next();
    await pupil.answer();
    await pupil.saved();
    await other.getByLabel("Username", { exact: true }).waitFor({ timeout: 30_000 });
  });

  step("data that cannot be opened: safe mode says why, and the pupil works on", async () => {
    const journal = join(box.info.data_dir, "box-journal");
    const kept = join(box.data, "box-journal-kept");
    process.kill(box.serverPid(), "SIGSTOP");
    cpSync(journal, kept, { recursive: true });
    for (const name of ["journal.db", "journal.copy"]) writeFileSync(join(journal, name), "x".repeat(8192));
    process.kill(box.serverPid(), "SIGKILL");
    await until("safe mode", async () => (await mode().catch(() => "")) === "safe_mode", park_limit_ms, 500);
    await pupil.answer(1);
    await pupil.page.getByText("Server sedang diperiksa. Lanjutkan mengerjakan.").waitFor({ timeout: 20_000 });
    await shot(pupil.page, "63-mode-aman-murid");
    await other.goto(`${box.url}/proktor`);
    await other.getByRole("heading", { name: "Server dalam mode aman: tiga kali gagal dijalankan." }).waitFor();
    await shot(other, "64-mode-aman-petugas");
    await assertAccessible(other, "safe mode, staff");
    rmSync(journal, { recursive: true });
    cpSync(kept, journal, { recursive: true });
  });

  step("one command ends safe mode, and what waited arrives", async () => {
    await box.tool("proktor", "resume", "--control", box.info.control);
    await pupil.saved("server", 30_000);
    assert.equal(await mode(), "serving");
    await proctor.page.getByText("Papan tidak tersambung").waitFor({ state: "hidden" });
  });
});
