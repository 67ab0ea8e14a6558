#!/bin/bash
# Line and branch coverage of what keeps answers: server/core, server/journal, server/seal, sync. Counted over the C++
# suite and the fault experiments that run inside one program; one table, exit 1 below 95 % of lines or 85 % of branches.
#
#   tests/support/coverage.sh [--measured] [--files]
#
# --measured   do not build or run anything: a table of what the last run counted
# --files      a line for each file too, the least covered first
#
# What counts as a branch says coverage.py. A program that a test kills counts nothing, as gcov writes at exit.
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
suite=(test_base test_core test_journal test_seal test_keys test_board test_api test_app test_sync test_provisioning
  test_medium)
experiments=("fault_flip --count 150" "fault_io_errors --count 100" "fault_power_cut --count 100")

if [ "$measured" = no ]; then
  cmake --preset coverage >/dev/null
  cmake --build "$build" --target "${suite[@]}" "${experiments[@]%% *}" -j"${JOBS:-$(nproc)}" >"$build/build.log" 2>&1 ||
    { tail -n 30 "$build/build.log"; exit 1; }
  find "$build" -name '*.gcda' -delete
  for test in "${suite[@]}"; do
    "$build/bin/$test" >"$build/$test.log" 2>&1 || { echo "$test failed"; tail -n 20 "$build/$test.log"; exit 1; }
  done
  for experiment in "${experiments[@]}"; do
    # shellcheck disable=SC2086
    "$build"/bin/$experiment --bin "$build/bin" >"$build/experiment.log" 2>&1 || { tail -n 20 "$build/experiment.log"; exit 1; }
  done
fi

[ "$files" = no ] || list=--files
exec python3 tests/support/coverage.py "$build" ${list:-}
