#!/bin/bash
# Scores the item cases of the test material with another engine (@citolab/qti-components, GPL-3.0, in Chromium) and
# compares outcomes and time with ours. Nothing of it is shipped: it is installed into a temporary folder from npm.
#
#   tests/bench/peer_qti.sh MATERIAL [OUT.json]     MATERIAL: the folder with expected.json
set -euo pipefail
cd "$(dirname "$0")"

readonly peer=@citolab/qti-components@7.27.4
readonly material=$(realpath "${1:?usage: tests/bench/peer_qti.sh MATERIAL [OUT.json]}")
readonly out=$(realpath -m "${2:-peer_qti.json}")
readonly work=${PROKTOR_PEER_DIR:-${TMPDIR:-/tmp}/proktor-peer-qti}

mkdir -p "$work"
if [ ! -d "$work/node_modules/@citolab" ]; then
  (cd "$work" && npm init -y >/dev/null && npm install --no-audit --no-fund "$peer" esbuild@0.25 playwright-core@1 >/dev/null)
fi
cp peer_qti.mjs peer_qti_page.js "$work/"
cd "$work"
npx --no-install esbuild peer_qti_page.js --bundle --format=iife --log-level=error --outfile=page.bundle.js
node peer_qti.mjs "$material" "$out"
