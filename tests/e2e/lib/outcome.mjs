// What box and centre hold of the finished attempts, beside what the pupils were shown.
import assert from "node:assert/strict";
import { request } from "node:http";
import { until } from "./box.mjs";

export function control(box, path) {
  return new Promise((done, failed) => {
    const ask = request({ socketPath: box.info.control, path }, (reply) => {
      let text = "";
      reply.setEncoding("utf8");
      reply.on("data", (part) => (text += part));
      reply.on("end", () => (reply.statusCode === 200 ? done(text) : failed(new Error(`${path}: ${reply.statusCode} ${text}`))));
    });
    ask.on("error", failed);
    ask.end();
  });
}

export async function attemptsOf(box) {
  return JSON.parse(await control(box, "/v1/attempts")).attempts;
}

// Every code a pupil was shown is the box's, and the centre's after it opened all segments.
export async function assertWholeAtCentre(box, shown) {
  const at_box = (await attemptsOf(box)).filter((one) => one.code).map((one) => one.code).sort();
  assert.deepEqual(at_box, [...shown].sort(), "kode bukti at the box");
  let last = "";
  await until("every kode bukti at the centre", async () => {
    const report = await box.centre();
    last = JSON.stringify(report);
    return shown.every((code) => last.includes(code));
  }, 60_000, 500).catch((error) => {
    throw new Error(`${error.message}; shown ${shown.join(" ")}; the centre says ${last.slice(0, 4000)}`);
  });
}
