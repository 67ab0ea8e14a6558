// Builds the pages and embeds them: node build.mjs DIST OUT. Run by CMake; `npm run build` makes dist alone.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [dist, out] = process.argv.slice(2);
const vite = join(root, "node_modules/vite/bin/vite.js");
if (!existsSync(vite)) {
  console.error("client-web/node_modules is missing: run provisioning/install.sh, or npm ci in client-web.");
  process.exit(1);
}

function run(script, ...args) {
  const { status } = spawnSync(process.execPath, [script, ...args], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

run(vite, "build", "--outDir", dist, "--emptyOutDir", "--logLevel", "warn");
run(join(root, "scripts/embed.mjs"), dist, out);
