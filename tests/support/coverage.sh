#!/bin/bash
# Line and branch coverage of what keeps answers: server/core, server/journal, server/seal, sync. Counted over the C++
# suite and the fault experiments that run inside one program; one table, exit 1 below 95 % of lines or 85 % of branches.
#
#   tests/support/coverage.sh [--measured] [--files]
#
# --measured   do not build or run anything: a table of what the last run counted
# --files      a line for each file too, the least covered first
#
# Branches that gcov sees at every call for an exception on its way out (`throw`), and those in lines that no source line
# stands for, are left out: gcovr's --exclude-throw-branches and --exclude-unreachable-branches. A program that a test
# kills counts nothing, as gcov writes at exit.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=build/coverage
measured=no files=no
for argument in "$@"; do
  case "$argument" in
    --measured) measured=yes ;;
    --files) files=yes ;;
    *) echo "usage: tests/support/coverage.sh [--measured] [--files]" >&2; exit 2 ;;
  esac
done
suite=(test_base test_core test_journal test_seal test_keys test_board test_api test_app test_sync test_provisioning)
experiments=(fault_flip)

if [ "$measured" = no ]; then
  cmake --preset coverage >/dev/null
  cmake --build "$build" --target "${suite[@]}" "${experiments[@]}" -j"${JOBS:-$(nproc)}" >"$build/build.log" 2>&1 ||
    { tail -n 30 "$build/build.log"; exit 1; }
  find "$build" -name '*.gcda' -delete
  for test in "${suite[@]}"; do
    "$build/bin/$test" >"$build/$test.log" 2>&1 || { echo "$test failed"; tail -n 20 "$build/$test.log"; exit 1; }
  done
  "$build/bin/fault_flip" --count 150 >"$build/fault_flip.log" 2>&1 || { tail -n 20 "$build/fault_flip.log"; exit 1; }
fi

gcovr --root . --object-directory "$build" --filter server/core/ --filter server/journal/ --filter server/seal/ \
  --filter sync/ --exclude-throw-branches --exclude-unreachable-branches --json-summary "$build/coverage.json" "$build" \
  >/dev/null
FILES=$files python3 - "$build/coverage.json" <<'EOF'
import json, os, sys

LINES, BRANCHES = 95.0, 85.0
files = json.load(open(sys.argv[1], encoding="utf-8"))["files"]


def percent(rows, what):
    total = sum(row[f"{what}_total"] for row in rows)
    return 100.0 * sum(row[f"{what}_covered"] for row in rows) / total if total else 100.0


def line(name, rows):
    print(f"{name:<44} {percent(rows, 'line'):6.1f} % lines {percent(rows, 'branch'):6.1f} % branches "
          f"({sum(row['line_total'] for row in rows)} lines)")


if os.environ["FILES"] == "yes":
    for row in sorted(files, key=lambda row: percent([row], "line")):
        line(row["filename"], [row])
for folder in ("server/core", "server/journal", "server/seal", "sync/agent", "sync/pusat"):
    line(folder, [row for row in files if row["filename"].startswith(folder + "/")])
line("all", files)
sys.exit(0 if percent(files, "line") >= LINES and percent(files, "branch") >= BRANCHES else 1)
EOF
