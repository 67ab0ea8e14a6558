// A demo box for one test file: real programs on free ports in a temporary directory, stopped at the end.
import { execFile, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
export const bin = resolve(process.env.PROKTOR_BIN ?? join(root, "build/dev/bin"));
const run = promisify(execFile);
const start_ms = 120_000;

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// The first true value of `look`, asked every `step_ms`; an error that says what was waited for.
export async function until(what, look, limit_ms = 15_000, step_ms = 50) {
  const end = Date.now() + limit_ms;
  for (;;) {
    const value = await look();
    if (value) return value;
    if (Date.now() > end) throw new Error(`waited ${limit_ms} ms for ${what}`);
    await sleep(step_ms);
  }
}

// Two free ports next to each other, as the demo takes them.
async function freePort() {
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const port = 20_000 + Math.floor(Math.random() * 30_000);
    const free = await Promise.all([port, port + 1].map((one) => new Promise((done) => {
      const server = createServer();
      server.once("error", () => done(false));
      server.listen(one, "127.0.0.1", () => server.close(() => done(true)));
    })));
    if (free.every(Boolean)) return port;
  }
  throw new Error("no free port");
}

export class Box {
  static async start(options = []) {
    const box = new Box();
    box.data = mkdtempSync(join(tmpdir(), "proktor-e2e-"));
    box.child = spawn("python3", [join(root, "provisioning/demo_run/main.py"), "--build", dirname(bin),
      "--data", box.data, "--port", String(await freePort()), ...options], { stdio: ["ignore", "pipe", "pipe"] });
    box.said = "";
    for (const stream of [box.child.stdout, box.child.stderr]) stream.on("data", (text) => (box.said += text));
    const ended = new Promise((done) => box.child.once("exit", (code) => done(code)));
    box.ended = ended;
    let over = false;
    ended.then(() => (over = true));
    await until("the demo", () => {
      if (over) throw new Error(`the demo ended:\n${box.said}`);
      return existsSync(join(box.data, "demo.json"));
    }, start_ms);
    return box;
  }

  // demo.json as it is now: the token changes.
  get info() {
    return JSON.parse(readFileSync(join(this.data, "demo.json"), "utf8"));
  }

  get url() {
    return this.info.url;
  }

  log(name) {
    const path = join(this.data, "log", `${name}.log`);
    return existsSync(path) ? readFileSync(path, "utf8") : "";
  }

  serverPid() {
    return Number(readFileSync(join(this.info.data_dir, "run/proktord.pid"), "utf8"));
  }

  // SIGKILL, and back when the next process answers.
  async killServer() {
    const before = this.serverPid();
    process.kill(before, "SIGKILL");
    await until("a new server process", () => {
      try {
        return this.serverPid() !== before;
      } catch {
        return false;
      }
    });
  }

  async tool(name, ...rest) {
    const { stdout } = await run(join(bin, name), rest, { maxBuffer: 64 * 1024 * 1024 });
    return stdout;
  }

  // What the centre has opened and checked.
  async centre() {
    return JSON.parse(await this.tool("proktor-pusat", "report", "--data", this.info.centre_dir, "--json"));
  }

  async stop() {
    this.child.kill("SIGINT");
    const code = await this.ended;
    if (!process.env.PROKTOR_KEEP) rmSync(this.data, { recursive: true, force: true });
    return code;
  }
}
