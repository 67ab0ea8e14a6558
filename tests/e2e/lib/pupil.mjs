// A pupil at a browser, by what is on the screen: words and roles, no inner state.
import assert from "node:assert/strict";

export class Pupil {
  constructor(context, url, card) {
    Object.assign(this, { context, url, card });
  }

  async open() {
    this.page = await this.context.newPage();
    await this.page.goto(`${this.url}/tes`);
  }

  async login() {
    const { page, card } = this;
    await page.getByLabel("Username", { exact: true }).fill(card.username);
    await page.getByLabel("Kata sandi", { exact: true }).fill(card.password);
    await page.getByRole("button", { name: "Masuk" }).click();
  }

  // Confirmation: the name on the screen is the card's.
  async token(token) {
    const { page, card } = this;
    await page.getByText(card.name).first().waitFor();
    await page.getByLabel("Ketik token").fill(token);
    await page.getByRole("button", { name: "Lanjutkan" }).click();
  }

  async startTest(title) {
    await this.page.getByRole("button", { name: `Mulai ${title}` }).click();
    await this.atItem(1);
  }

  async atItem(number) {
    await this.page.getByRole("heading", { name: new RegExp(`^Soal ${number}\\b`) }).waitFor();
  }

  // Answers whatever the item on the screen asks; `pick` chooses among the possibilities.
  async answer(pick = 0) {
    const { page } = this;
    for (const response of await page.locator("[data-response]").all()) {
      const tag = await response.evaluate((node) => node.tagName);
      if (tag === "INPUT") await response.fill(`${3 + pick},75`);
      else if (tag === "TEXTAREA") await response.fill("Menurut saya karena “bumi” butuh waktu. Ñandú, 日本.");
      else if ((await response.locator("select").count()) > 0) await response.locator("select").selectOption({ index: pick + 1 });
      else if (tag === "FIELDSET") await response.locator("label").nth(pick).click();
      else for (const row of await response.locator("tbody tr").all()) await row.locator("label").nth(pick).click();
    }
    // Leaving the field sends what was typed.
    await page.evaluate(() => document.activeElement?.blur?.());
  }

  // What the item on the screen holds as answered: the words of what is chosen and what is typed.
  async answers() {
    return this.page.evaluate(() => [...document.querySelectorAll("[data-response] input, input[data-response], textarea[data-response]")]
      .filter((one) => (one.type === "radio" || one.type === "checkbox" ? one.checked : true))
      .map((one) => (one.type === "text" || one.tagName === "TEXTAREA" ? one.value
        : (one.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.innerText ?? "").join(" ") + (one.closest("label")?.innerText ?? ""))));
  }

  // A question of a linear part that this pupil does not answer is left for good.
  async next() {
    await this.page.getByRole("button", { name: "Berikutnya" }).click();
    await this.page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    const skip = this.page.getByRole("button", { name: "Lewati soal ini" });
    if (await skip.isVisible()) await skip.click();
  }

  // The save state's fixed place: server, computer or unsent.
  async saved(kind = "server", limit_ms = 20_000) {
    await this.page.locator(`[data-save="${kind}"]`).waitFor({ timeout: limit_ms });
  }

  // From the door to a first answer that the server has.
  async goToWork(token, title) {
    await this.open();
    await this.login();
    await this.token(token);
    await this.startTest(title);
    await this.answer();
    await this.saved();
  }

  // All items from the one on the screen to the last, then review and finish; gives the kode bukti.
  async work(count, first = 1, pick = 0) {
    for (let number = first; number <= count; number += 1) {
      await this.atItem(number);
      await this.answer(pick);
      if (number < count) await this.next();
    }
  }

  async finish() {
    const { page } = this;
    await this.saved();
    await page.getByRole("button", { name: "Tinjau jawaban" }).first().click();
    await page.getByText(/^Saya sudah memeriksa/).click();
    await page.getByRole("button", { name: "Selesai", exact: true }).click();
    const code = (await page.locator("[data-code]").innerText()).trim();
    assert.match(code, /^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){2}$/);
    return code;
  }
}
