#!/bin/bash
# Installs what building and running Proktor need on Debian 12: Debian packages, Node 22 (from npm's own package,
# whatever Node the machine has) and the pages' packages. Idempotent: says little and is quick when all is there.
#
#   provisioning/install.sh            build and run
#   provisioning/install.sh --tests    also what tests/run.sh needs (Chromium, systemd-analyze)
#
# After it, `cmake --preset release && cmake --build --preset release` builds without a network.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly node_version=22.23.3
readonly npm_version=10.9.9
readonly packages=(
  g++ cmake ninja-build ccache pkg-config
  libboost1.81-dev libboost-json1.81-dev libboost-url1.81-dev libssl-dev libsqlite3-dev libxml2-dev libzip-dev libre2-dev libicu-dev
  libzstd-dev zlib1g-dev libfmt-dev libcli11-dev libtomlplusplus-dev catch2
  openssl python3 ca-certificates
)
readonly test_packages=(chromium systemd e2fsprogs faketime fuse3 iproute2 libfuse3-dev nftables
  clang-19 llvm-19 libclang-rt-19-dev)

with_tests=no
for argument in "$@"; do
  case "$argument" in
    --tests) with_tests=yes ;;
    *) echo "usage: provisioning/install.sh [--tests]" >&2; exit 2 ;;
  esac
done

say() { printf '%s\n' "$*"; }
stop() { printf 'install.sh: %s\n' "$@" >&2; exit 1; }

offline() {
  stop "$1 tidak dapat diunduh. Periksa sambungan internet, lalu jalankan lagi perintah yang sama." \
       "$1 could not be downloaded. Check the internet connection and run the same command again."
}

# True when every named Debian package is installed.
installed() {
  local found
  found=$(dpkg-query -W -f '${db:Status-Abbrev}\n' "$@" 2>/dev/null | grep -c '^ii') || true
  [ "$found" -ge "$#" ]
}

install_debian() {
  local missing=() name
  for name in "$@"; do installed "$name" || missing+=("$name"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    stop "paket Debian belum ada: ${missing[*]}. Jalankan sebagai root (sudo provisioning/install.sh)." \
         "Debian packages are missing; run this as root (sudo provisioning/install.sh)."
  fi
  say "Memasang paket Debian: ${missing[*]}"
  local log; log=$(mktemp)
  export DEBIAN_FRONTEND=noninteractive
  local apt=(apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=2)
  # Package lists may be absent (fresh image) or old: ask once, then install.
  if ! { "${apt[@]}" update && "${apt[@]}" install --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 15 "$log" >&2
    rm -f "$log"
    offline "Paket Debian (Debian packages)"
  fi
  rm -f "$log"
}

# Node 22 and its npm under .tools, linked as .tools/node/bin/{node,npm}.
install_node() {
  local machine
  case "$(uname -m)" in
    x86_64) machine=x64 ;;
    aarch64) machine=arm64 ;;
    *) stop "prosesor $(uname -m) belum didukung / this processor is not supported" ;;
  esac
  if [ "$(.tools/node/bin/node --version 2>/dev/null)" = "v$node_version" ] && [ -e .tools/node/bin/npm ]; then
    return 0
  fi
  command -v npm >/dev/null || install_debian nodejs npm
  say "Memasang Node $node_version"
  mkdir -p .tools
  printf '{"private": true}\n' >.tools/package.json
  if ! npm install --prefix .tools --no-save --no-audit --no-fund --loglevel=error \
    "node-linux-$machine@$node_version" "npm@$npm_version" >/dev/null; then
    offline "Node $node_version"
  fi
  mkdir -p .tools/node/bin
  ln -sfn "../../node_modules/node-linux-$machine/bin/node" .tools/node/bin/node
  ln -sfn ../../node_modules/npm/bin/npm-cli.js .tools/node/bin/npm
  [ "$(.tools/node/bin/node --version)" = "v$node_version" ] || stop "Node $node_version tidak berjalan / does not run"
}

# node_modules of one folder, as its lock file says; again only when the lock file changed.
install_modules() {
  local folder=$1 sum
  [ -f "$folder/package-lock.json" ] || return 0
  sum=$(sha256sum "$folder/package-lock.json" | cut -d' ' -f1)
  [ "$(cat "$folder/node_modules/.lock-sha256" 2>/dev/null)" = "$sum" ] && return 0
  say "Memasang paket npm: $folder"
  # .npmrc of the folder holds; the path makes npm run on the Node installed above.
  if ! (cd "$folder" && PATH="$PWD_ROOT/.tools/node/bin:$PATH" npm ci --no-audit --no-fund --loglevel=error >/dev/null)
  then
    offline "Paket npm $folder (npm packages)"
  fi
  printf '%s' "$sum" >"$folder/node_modules/.lock-sha256"
}

readonly PWD_ROOT=$PWD
if ! grep -q '^VERSION_ID="12"' /etc/os-release 2>/dev/null; then
  say "Catatan: Proktor diuji pada Debian 12; sistem ini lain. / Note: tested on Debian 12 only."
fi
install_debian "${packages[@]}"
[ "$with_tests" = no ] || install_debian "${test_packages[@]}"
install_node
install_modules client-web
[ "$with_tests" = no ] || install_modules tests/e2e
say "Semua yang diperlukan sudah terpasang."
