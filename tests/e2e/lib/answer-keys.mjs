// What is right in the items of a package's source (choice, match, text entry), by the words that they begin with;
// and a pupil who answers the item on the screen right or wrong by it.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const plain = (text) => text.replace(/<[^>]*>/g, "").replace(/\s+/g, " ").trim();
const values = (xml) => [...xml.split("</qti-correct-response>")[0].matchAll(/<qti-value>([^<]*)</g)].map((one) => one[1]);

export function keysOf(source) {
  return readdirSync(join(source, "items")).map((file) => {
    const xml = readFileSync(join(source, "items", file), "utf8");
    const words = new Map([...xml.matchAll(/<qti-simple-(?:associable-)?choice identifier="([^"]+)"[^>]*>([^]*?)<\/qti-simple/g)].map((one) => [one[1], plain(one[2])]));
    return { file, stem: plain(/<(p|qti-prompt)>([^]*?)<\/\1>/.exec(xml)[2]), words, right: values(xml) };
  });
}

// The item on the screen, from its author's side.
export async function onPage(page, keys) {
  const text = plain(await page.locator("main.question").innerText());
  const found = keys.filter((one) => text.includes(one.stem));
  if (found.length !== 1) throw new Error(`${found.length} items read as: ${text}`);
  return found[0];
}

export async function answerBy(page, key, right) {
  const main = page.locator("main.question");
  if (key.words.size === 0) {
    await main.locator("input[data-response]").fill(right ? key.right[0].replace(".", ",") : "9999");
  } else if (key.right[0].includes(" ")) {
    const columns = [...new Set(key.right.map((one) => one.split(" ")[1]))];
    for (const pair of key.right) {
      const [row, column] = pair.split(" ");
      const pick = right ? column : columns.find((one) => one !== column);
      await main.locator("tbody tr", { hasText: key.words.get(row) }).locator("label").nth(columns.indexOf(pick)).click();
    }
  } else {
    const wrong = [...key.words.keys()].filter((one) => !key.right.includes(one)).slice(0, 1);
    for (const one of right ? key.right : wrong) await main.locator("label", { hasText: key.words.get(one) }).click();
  }
  await page.evaluate(() => document.activeElement?.blur?.());
}
