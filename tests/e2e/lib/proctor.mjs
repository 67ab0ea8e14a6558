// The proctor at the console, by what is on the screen.
import { until } from "./box.mjs";

export class Proctor {
  constructor(context, box) {
    Object.assign(this, { context, box });
  }

  async login() {
    const { url, proctor } = this.box.info;
    this.page = await this.context.newPage();
    await this.page.goto(`${url}/proktor`);
    await this.page.getByRole("textbox", { name: "Username" }).fill(proctor.username);
    await this.page.getByRole("textbox", { name: "Kata sandi" }).fill(proctor.password);
    await this.page.getByRole("button", { name: "Masuk" }).click();
    await this.page.getByRole("link", { name: "Status Peserta" }).waitFor();
  }

  async go(menu) {
    await this.page.getByRole("navigation").getByRole("link", { name: menu }).click();
    await this.page.getByRole("heading", { level: 1, name: menu }).waitFor();
  }

  row(name) {
    return this.page.locator("tr[data-row]", { hasText: name });
  }

  // Milliseconds until the row of `name` shows what `look` wants (its state and its text are given).
  async follows(name, look, limit_ms) {
    const from = performance.now();
    await until(`the row of ${name}`, async () => {
      const row = this.row(name);
      return (await row.count()) === 1 && look(await row.getAttribute("data-state"), await row.innerText());
    }, limit_ms, 20);
    return performance.now() - from;
  }

  async approve(name, digits) {
    await this.page.locator("[data-need=second]", { hasText: name }).getByRole("button").click();
    await this.page.locator("[data-digits]").fill(digits);
    await this.page.getByRole("button", { name: "Setujui" }).click();
    await this.page.getByText(`${name} pindah ke komputer baru.`).waitFor();
    await this.page.getByRole("button", { name: "Tutup rincian" }).click();
  }
}
