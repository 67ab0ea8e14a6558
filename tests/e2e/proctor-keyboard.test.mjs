// The proctor's whole day by keyboard alone: log in, close one sesi, open the next, tick off who is absent, release the
// token, show it to the class, read the board.
import { after, before, describe } from "node:test";
import assert from "node:assert/strict";
import { Box } from "./lib/box.mjs";
import { assertAccessible, openBrowser, openPc, shot } from "./lib/browser.mjs";
import { story } from "./lib/steps.mjs";

const tabs_max = 120;

// Tab until what has the focus says `words`; fails when it is not on the way or its focus cannot be seen.
async function tabTo(page, words) {
  const seen = [];
  for (let count = 0; count < tabs_max; count += 1) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const node = document.activeElement;
      if (!node || node === document.body) return { name: "", visible: true };
      const label = node.labels?.[0]?.innerText ?? "";
      const style = getComputedStyle(node);
      const holder = node.closest("label");
      const rings = [style, holder && getComputedStyle(holder)].filter(Boolean);
      return {
        name: [node.getAttribute("aria-label") ?? "", label, node.innerText ?? ""].join(" ").replace(/\s+/g, " ").trim(),
        visible: rings.some((one) => (one.outlineStyle !== "none" && parseFloat(one.outlineWidth) > 0) || one.boxShadow !== "none"),
      };
    });
    seen.push(at.name);
    if (at.name.includes(words)) {
      assert.ok(at.visible, `the focus on "${words}" cannot be seen`);
      return;
    }
  }
  assert.fail(`"${words}" is not reached by Tab; passed: ${[...new Set(seen)].join(" | ")}`);
}

describe("a proctor by keyboard", { timeout: 180_000 }, () => {
  let box, browser, context, page;
  const contexts = [];
  const step = story(contexts);

  before(async () => {
    box = await Box.start(["--participants", "5"]);
    browser = await openBrowser();
    context = await openPc(browser);
    contexts.push(context);
    page = await context.newPage();
    await page.goto(`${box.url}/proktor`);
  });

  after(async () => {
    await browser?.close();
    await box?.stop();
  });

  const press = async (words, key = "Enter") => {
    await tabTo(page, words);
    await page.keyboard.press(key);
  };

  step("logs in", async () => {
    await page.getByRole("textbox", { name: "Username" }).waitFor();
    await assertAccessible(page, "staff login");
    await shot(page, "20-proktor-masuk");
    await tabTo(page, "Username");
    await page.keyboard.type(box.info.proctor.username);
    await tabTo(page, "Kata sandi");
    await page.keyboard.type(box.info.proctor.password);
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Status Tes" }).waitFor();
    await page.getByRole("heading", { level: 1, name: "Beranda" }).waitFor();
    await assertAccessible(page, "home");
    await shot(page, "21-beranda");
  });

  step("closes the first sesi and opens the second", async () => {
    await press("Status Tes");
    await page.getByRole("heading", { level: 1, name: "Status Tes" }).waitFor();
    await press("Tutup Sesi 1");
    await page.getByRole("dialog").waitFor();
    await shot(page, "22-tutup-sesi");
    await press("Tutup dan hentikan 5 peserta");
    await page.getByText("Sesi ditutup.", { exact: false }).first().waitFor();
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await tabTo(page, "Sesi 1");
    await page.keyboard.press("ArrowDown");
    await press("Buka Sesi 2");
    await page.getByText("Peserta dapat masuk dengan kartu login.").waitFor();
    await assertAccessible(page, "tests");
  });

  step("ticks off who is absent", async () => {
    await press("Kelompok Tes");
    const name = box.info.cards[1].name;
    await press(`${name} hadir`, "Space");
    await press("Simpan 1 perubahan");
    await page.getByText("Tersimpan. 1 peserta tidak hadir.").waitFor();
    await assertAccessible(page, "group");
    await shot(page, "23-kelompok-tes");
  });

  step("releases the token and shows it to the class", async () => {
    await press("Status Tes");
    await press("Rilis token");
    await page.getByText("Tampilkan di depan kelas").waitFor();
    await shot(page, "24-status-tes");
    const token = (await page.locator(".letters").innerText()).trim();
    assert.match(token, /^[A-HJ-NP-Z]{6}$/);
    await press("Tampilkan di depan kelas");
    await page.getByText("Tutup layar token").waitFor();
    assert.ok((await page.locator("body").innerText()).replace(/\s/g, "").includes(token));
    await assertAccessible(page, "projector");
    await shot(page, "25-token-depan-kelas");
    await press("Tutup layar token");
  });

  step("reads the board", async () => {
    await press("Status Peserta");
    await page.locator("tr[data-state=tidak_hadir]").waitFor();
    assert.equal(await page.locator("tr[data-state=belum_login]").count(), 4);
    await assertAccessible(page, "board");
    await shot(page, "26-papan");
    assert.deepEqual(context.complaints, []);
  });
});
