// Answers every item of the sampler package, by mouse or by keyboard alone, and says in words what must arrive.
import assert from "node:assert/strict";

// Tab until the focused element has this name; what a pupil without a mouse does.
export async function tabTo(page, name, most = 60) {
  for (let i = 0; i < most; i += 1) {
    await page.keyboard.press("Tab");
    const said = await page.evaluate(() => {
      const one = document.activeElement;
      const labelled = (one?.getAttribute("aria-labelledby") ?? "").split(" ").map((id) => document.getElementById(id)?.textContent ?? "").join(" ").trim();
      return (one?.getAttribute("aria-label") || labelled || one?.closest("label")?.textContent || one?.textContent || "").replace(/\s+/g, " ").trim();
    });
    if (name instanceof RegExp ? name.test(said) : said === name) return;
  }
  throw new Error(`Tab does not reach ${name}`);
}

async function pressAt(page, names, key = "Enter") {
  for (const name of names) {
    await page.evaluate(() => document.querySelector("h1")?.focus());
    await tabTo(page, name);
    await page.keyboard.press(key);
  }
}

async function times(page, key, count) {
  for (let i = 0; i < count; i += 1) await page.keyboard.press(key);
}

const button = (page, name) => page.locator("main").getByRole("button", { name, exact: true });
const click = async (page, ...names) => { for (const name of names) await button(page, name).click(); };

// In the middle of the pane, clear of what is fixed at its edges.
async function boxOf(place) {
  await place.evaluate((node) => node.scrollIntoView({ block: "center" }));
  return place.boundingBox();
}

async function clickMiddle(page, place) {
  const box = await boxOf(place);
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
}

async function clickSpot(page, role, ...names) {
  for (const name of names) await clickMiddle(page, page.getByRole(role, { name }));
}

async function drag(page, from, to) {
  await boxOf(to);
  const [a, b] = [await from.boundingBox(), await to.boundingBox()];
  await page.mouse.move(a.x + a.width / 2, a.y + a.height / 2);
  await page.mouse.down();
  await page.mouse.move(a.x + a.width / 2 + 20, a.y + a.height / 2 + 4, { steps: 3 });
  await page.mouse.move(b.x + b.width / 2, b.y + b.height / 2, { steps: 5 });
  await page.mouse.up();
}

async function clickPoint(page, x, y) {
  const box = await boxOf(page.getByRole("application"));
  await page.mouse.click(box.x + (x * box.width) / 480, box.y + (y * box.height) / 300);
}

// The recording plays to its end.
async function heard(page) {
  await page.waitForFunction(() => document.querySelector("audio")?.ended === true);
}

const row = (name) => new RegExp(`${name} ?, urutan`);

export const mouse = {
  PILIH_BARIS: (page) => page.locator("main select").selectOption({ label: "daun" }),
  URUT: async (page) => {
    await drag(page, page.getByRole("button", { name: row("Menggali lubang") }), page.getByRole("button", { name: row("Menutup dengan tanah") }));
    await click(page, "Majukan Menaruh bibit", "Majukan Menaruh bibit");
  },
  ISI_CELAH: async (page) => {
    await click(page, "air", "Tempat 1, kosong");
    await drag(page, button(page, "cahaya"), button(page, "Tempat 2, kosong"));
  },
  KATA: async (page) => { for (const word of ["padi", "Petani"]) await clickMiddle(page, page.locator("main label", { hasText: word })); },
  PASANG: (page) => click(page, "Ayam", "Telur", "Susu", "Sapi"),
  TEMPAT: (page) => clickSpot(page, "checkbox", "Pulau Kelor", "Pulau Pala"),
  URUT_PETA: (page) => clickSpot(page, "checkbox", "Pulau Sagu", "Pulau Pala", "Pulau Lada"),
  JALUR: (page) => clickSpot(page, "button", /^Pulau Pala/, /^Pulau Lada/, /^Pulau Kenari/, /^Pulau Kelor/),
  NAMA: async (page) => {
    await click(page, "utara");
    await clickSpot(page, "button", /^Pulau Lada/);
    await drag(page, button(page, "selatan"), page.getByRole("button", { name: /^Pulau Sagu/ }));
  },
  TITIK: (page) => clickPoint(page, 390, 90),
  KEBUN: async (page) => {
    await click(page, "Pohon");
    await clickPoint(page, 300, 60);
    await click(page, "Sumur");
    await clickPoint(page, 60, 250);
    await page.getByRole("button", { name: "Pohon" }).first().click();
    await clickPoint(page, 420, 250);
  },
  GESER: async (page) => {
    const box = await boxOf(page.getByRole("slider"));
    await page.mouse.click(box.x + 16 + (box.width - 32) * .6, box.y + box.height / 2);
  },
  DENGAR: async (page) => { await click(page, "Putar"); await heard(page); },
  ESAI: (page) => page.locator("main textarea").fill("Untuk membuat makanan."),
  TABEL: async (page) => {
    const cells = page.locator("main tbody label");
    await cells.nth(0).click();
    // Its column is full: refused in words, and the mark of the other row stays.
    await cells.nth(2).click();
    await page.getByText("Kolom ini sudah penuh").waitFor();
    await cells.nth(3).click();
  },
};

export const keyboard = {
  PILIH_BARIS: async (page) => { await tabTo(page, /Pilihan pada soal/); await page.keyboard.type("daun"); await page.keyboard.press("Tab"); },
  URUT: async (page) => {
    await tabTo(page, row("Menutup dengan tanah"));
    await page.keyboard.press("ArrowDown");
    await tabTo(page, row("Menaruh bibit"));
    await times(page, "ArrowUp", 2);
  },
  ISI_CELAH: (page) => pressAt(page, ["air", "Tempat 1, kosong", "cahaya", "Tempat 2, kosong"]),
  KATA: (page) => pressAt(page, ["padi", "Petani"], " "),
  PASANG: (page) => pressAt(page, [/^Ayam/, /^Telur/, /^Susu/, /^Sapi/]),
  TEMPAT: (page) => pressAt(page, ["Pulau Kelor", "Pulau Pala"], " "),
  URUT_PETA: (page) => pressAt(page, ["Pulau Sagu", "Pulau Pala", "Pulau Lada"], " "),
  JALUR: (page) => pressAt(page, ["Pulau Pala", "Pulau Lada", "Pulau Kenari", "Pulau Kelor"]),
  NAMA: (page) => pressAt(page, ["utara", /^Pulau Lada/, "selatan", /^Pulau Sagu/]),
  TITIK: async (page) => {
    await tabTo(page, "Gambar untuk menaruh tanda");
    await times(page, "ArrowRight", 12);
    await times(page, "Shift+ArrowRight", 6);
    await times(page, "ArrowUp", 5);
    await page.keyboard.press("Enter");
  },
  KEBUN: async (page) => {
    const put = async (name, moves) => {
      await pressAt(page, [name]);
      await tabTo(page, "Gambar untuk menaruh tanda");
      for (const [key, count] of moves) await times(page, key, count);
      await page.keyboard.press("Enter");
    };
    await put(/^Pohon/, [["ArrowRight", 5], ["Shift+ArrowUp", 6], ["ArrowUp", 7]]);
    await put(/^Sumur/, [["ArrowLeft", 15], ["ArrowDown", 8], ["Shift+ArrowDown", 4]]);
    await put(/^Pohon/, [["ArrowRight", 15], ["ArrowDown", 8], ["Shift+ArrowDown", 4]]);
  },
  GESER: async (page) => { await tabTo(page, /Berapa persen/); await page.keyboard.press("ArrowRight"); },
  DENGAR: async (page) => { await pressAt(page, ["Putar"]); await heard(page); },
  ESAI: async (page) => { await tabTo(page, /Jawaban|Mengapa/); await page.keyboard.type("Untuk membuat makanan."); await page.keyboard.press("Tab"); },
  TABEL: async (page) => {
    await tabTo(page, /^Ikan/);
    await page.keyboard.press(" ");
    await tabTo(page, /^Burung/);
    await page.keyboard.press(" ");
    await page.getByText("Kolom ini sudah penuh").waitFor();
    await page.keyboard.press("ArrowRight");
  },
};

export const expected = {
  PILIH_BARIS: ["daun"],
  URUT: ["Menggali lubang", "Menaruh bibit", "Menutup dengan tanah", "Menyiram"],
  ISI_CELAH: ["air celah 1", "cahaya celah 2"],
  KATA: ["Petani", "padi"],
  PASANG: ["Ayam Telur", "Susu Sapi"],
  TEMPAT: ["Pulau Pala", "Pulau Kelor"],
  URUT_PETA: ["Pulau Sagu", "Pulau Pala", "Pulau Lada"],
  JALUR: ["Pulau Pala Pulau Lada", "Pulau Kenari Pulau Kelor"],
  NAMA: ["utara Pulau Lada", "selatan Pulau Sagu"],
  TITIK: ["390 90"],
  KEBUN: ["300 60", "420 250", "60 250"],
  GESER: ["60"],
  DENGAR: ["1"],
  ESAI: ["Untuk membuat makanan."],
  TABEL: ["Ikan Berenang", "Burung Terbang"],
};

// Names of everything in an item that has an id.
function names(node, found = new Map()) {
  const text = (nodes) => (nodes ?? []).map((one) => (typeof one === "string" ? one : text(one.c))).join("").trim();
  if (Array.isArray(node)) for (const one of node) names(one, found);
  else if (node !== null && typeof node === "object") {
    if (node.t === "gap") found.set(node.id, `celah ${[...found.values()].filter((one) => one.startsWith("celah")).length + 1}`);
    else if (typeof node.id === "string" && /^c\d+$/.test(node.id)) found.set(node.id, node.label ?? text(node.c));
    for (const value of Object.values(node)) names(value, found);
  }
  return found;
}

// The answer of an item in words, its responses one after the other.
export function inWords(item, value) {
  const known = names(item.body);
  const lists = Object.keys(item.responses).map((response) => value?.[response] ?? []);
  for (const [response, shape] of Object.entries(item.responses)) {
    const given = value?.[response];
    if (given !== undefined) assert.equal(Array.isArray(given), shape.cardinality !== "single", `${item.id} ${response}: ${JSON.stringify(given)}`);
  }
  return lists.flat().map((one) => (/^c\d+( c\d+)?$/.test(one) ? one.split(" ").map((id) => known.get(id)).join(" ") : one));
}

// What the item on the screen shows as answered, without what a press said last.
export async function onScreen(page) {
  // A player shows its length once it has read it.
  await page.waitForFunction(() => [...document.querySelectorAll("main.question audio, main.question video")].every((one) => one.readyState >= 1));
  return page.evaluate(() => {
    const copy = document.querySelector("main.question").cloneNode(true);
    for (const one of copy.querySelectorAll("[role=status]")) one.remove();
    const controls = [...document.querySelectorAll("main.question input, main.question select")].map((one) => (one.type === "checkbox" || one.type === "radio" ? one.checked : one.value));
    return JSON.stringify([copy.textContent.replace(/\s+/g, " "), controls, [...document.querySelectorAll("main.question [aria-checked=true]")].length]);
  });
}
