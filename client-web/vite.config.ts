import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const root = fileURLToPath(new URL(".", import.meta.url));
const pages = ["tes", "proktor", "teknisi", "pemberitahuan"].filter((page) => existsSync(`${root}${page}/index.html`));

// The check for an old browser is a classic script: a browser that cannot read modules must still run it, and the
// content security policy forbids writing it into the page.
function oldBrowserCheck(): Plugin {
  const source = readFileSync(`${root}shared/old-browser.js`, "utf8");
  const name = `aset/old-browser-${createHash("sha256").update(source).digest("hex").slice(0, 8)}.js`;
  return {
    name: "old-browser-check",
    transformIndexHtml: {
      order: "post",
      // The notice page says the same in any browser.
      handler: (_html, { path }) => path.includes("pemberitahuan") ? [] : [{ tag: "script", attrs: { src: `/${name}` }, injectTo: "head" }],
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: name, source });
    },
    configureServer(server) {
      server.middlewares.use(`/${name}`, (_request, response) => {
        response.setHeader("Content-Type", "text/javascript");
        response.end(source);
      });
    },
  };
}

export default defineConfig({
  root,
  base: "/",
  publicDir: false,
  plugins: [svelte({ configFile: false, compilerOptions: {
    runes: true, discloseVersion: false, cssHash: ({ hash, css }) => `s${hash(css).slice(0, 5)}`,
  } }), oldBrowserCheck()],
  build: {
    target: ["chrome87", "safari14"],
    cssTarget: "chrome87",
    modulePreload: { polyfill: false },
    assetsDir: "aset",
    assetsInlineLimit: 0,
    emptyOutDir: true,
    reportCompressedSize: false,
    rollupOptions: { input: Object.fromEntries(pages.map((page) => [page, `${root}${page}/index.html`])) },
  },
  test: { include: ["**/*.test.ts"], exclude: ["node_modules/**", "dist/**"], environment: "node" },
});
