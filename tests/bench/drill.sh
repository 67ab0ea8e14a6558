#!/bin/bash
# Measures one box with virtual pupils: a demo box of BUILD_DIR on loopback, `proktor drill` against it, then every
# acknowledged event compared with the journal. Prints the machine, the limits that were raised, and the drill's table.
#
#   tests/bench/drill.sh BUILD_DIR [STUDENTS [MINUTES [RATE]]]    default 200 pupils, 1 minute, 0.2 saves/s of each
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$(cd "${1:?BUILD_DIR}" && pwd)
students=${2:-200}
minutes=${3:-1}
rate=${4:-0.2}
port=$((20000 + RANDOM % 20000))
data=$(mktemp -d)/demo

python3 provisioning/demo_run/main.py --build "$build" --data "$data" --port "$port" --participants "$students" --bench \
  >"$data.log" 2>&1 &
demo=$!
trap 'kill -TERM $demo 2>/dev/null || true; wait $demo 2>/dev/null || true; rm -rf "$(dirname "$data")"' EXIT
for _ in $(seq 600); do
  [ -f "$data/demo.json" ] && break
  kill -0 "$demo" 2>/dev/null || { cat "$data.log" >&2; exit 1; }
  sleep 0.2
done

echo "machine: $(nproc) cores, $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), \
$(awk '/MemTotal/ {printf "%.0f GB", $2 / 1048576}' /proc/meminfo), $(df --output=fstype "$data" | tail -n 1)"
"$build/bin/proktor" drill --demo "$data/demo.json" --students "$students" --minutes "$minutes" --rate "$rate" \
  --ledger "$data/ledger.ndjson"
"$build/bin/proktor" drill --demo "$data/demo.json" --ledger "$data/ledger.ndjson" --verify
