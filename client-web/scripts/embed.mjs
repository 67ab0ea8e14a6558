// Turns a built dist directory into C++: node embed.mjs DIST OUT writes OUT/pages.cpp, OUT/pages.S and OUT/blobs/*.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { extname, join, posix, resolve } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const [dist, out] = process.argv.slice(2).map((path) => resolve(path));
const types = {
  ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml", ".png": "image/png", ".woff2": "font/woff2", ".txt": "text/plain; charset=utf-8",
};
const packed = new Set([".html", ".js", ".css", ".svg", ".txt"]);

function walk(directory, prefix = "") {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(directory, entry.name), posix.join(prefix, entry.name)) : posix.join(prefix, entry.name));
}

const files = walk(dist).map((name) => {
  const type = types[extname(name)];
  if (!type) throw new Error(`no content type for ${name}`);
  const raw = readFileSync(join(dist, name));
  const smaller = (bytes) => (packed.has(extname(name)) && bytes.length < raw.length ? bytes : Buffer.alloc(0));
  return {
    path: name.endsWith("/index.html") ? `/${name.slice(0, -"/index.html".length)}` : `/${name}`,
    type,
    etag: createHash("sha256").update(raw).digest("hex").slice(0, 16),
    immutable: name.startsWith("aset/"),
    raw,
    gz: smaller(gzipSync(raw, { level: 9 })),
    br: smaller(brotliCompressSync(raw, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: raw.length } })),
  };
}).sort((a, b) => (a.path < b.path ? -1 : 1));

rmSync(join(out, "blobs"), { recursive: true, force: true });
mkdirSync(join(out, "blobs"), { recursive: true });
const assembly = ["    .section .rodata"];
const declarations = [];
const rows = [];
files.forEach((file, index) => {
  const view = (variant) => {
    const bytes = file[variant];
    if (bytes.length === 0) return "{}";
    const symbol = `proktor_page_${index}_${variant}`;
    const blob = join(out, "blobs", `${index}.${variant}`);
    writeFileSync(blob, bytes);
    assembly.push("    .balign 16", `    .global ${symbol}`, `${symbol}: // ${file.path} ${file.etag}`, `    .incbin "${blob}"`);
    declarations.push(`extern char const ${symbol}[];`);
    return `{${symbol}, ${bytes.length}}`;
  };
  rows.push(`    {"${file.path}", "${file.type}", "\\"${file.etag}\\"", ${view("raw")}, ${view("gz")}, ${view("br")}, ${file.immutable}},`);
});
assembly.push('    .section .note.GNU-stack,"",@progbits', "");

writeFileSync(join(out, "pages.S"), assembly.join("\n"));
writeFileSync(join(out, "pages.cpp"), `// Written by client-web/scripts/embed.mjs.
#include "client-web/embed/pages.hpp"

extern "C" {
${declarations.join("\n")}
}

namespace proktor::pages {
namespace {
constinit File const all[] = {
${rows.join("\n")}
};
}  // namespace

std::span<File const> files() { return all; }

}  // namespace proktor::pages
`);
const sum = (variant) => files.reduce((total, file) => total + file[variant].length, 0);
console.log(`${files.length} page files: ${sum("raw")} bytes, gzip ${sum("gz")}, brotli ${sum("br")}`);
