#!/bin/bash
# Line and branch coverage of what keeps answers: server/core, server/journal, server/seal, sync. Counted over their test
# programs, the real proktor-sync and proktor-pusat that these start, and the fault experiments that run inside one
# program; one table, exit 1 when one of the four has less than 95 % of lines or 85 % of branches.
#
#   tests/support/coverage.sh [--measured] [--files]
#
# --measured   do not build or run anything: a table of what the last run counted
# --files      a line for each file too, and what never ran in it, the least covered first
#
# What counts as a line and as a branch says coverage.py. It is measured with clang: gcov counts the edges that a compiler
# makes for exceptions and destructors, two of three in this code. A program that a test kills counts nothing, as the
# profile is written at exit.
set -euo pipefail
cd "$(dirname "$0")/../.."
build=$PWD/build/coverage
measured=no list=
for argument in "$@"; do
  case "$argument" in
    --measured) measured=yes ;;
    --files) list=--files ;;
    *) echo "usage: tests/support/coverage.sh [--measured] [--files]" >&2; exit 2 ;;
  esac
done
programs=(test_core test_journal test_seal test_sync test_medium "fault_io_errors --count 100" "fault_io_parts --count 300"
  "fault_power_cut --count 100")

if [ "$measured" = no ]; then
  cmake --preset coverage >/dev/null
  cmake --build "$build" --target "${programs[@]%% *}" -j"${JOBS:-$(nproc)}" >"$build/build.log" 2>&1 ||
    { tail -n 30 "$build/build.log"; exit 1; }
  rm -rf "$build/profiles"
  mkdir "$build/profiles"
  for program in "${programs[@]}"; do
    name=${program%% *}
    # %p: one profile for each process, for those too that a test starts.
    # shellcheck disable=SC2086
    LLVM_PROFILE_FILE="$build/profiles/%p.profraw" "$build"/bin/$program >"$build/$name.log" 2>&1 ||
      { echo "$program failed"; tail -n 20 "$build/$name.log"; exit 1; }
  done
fi
# shellcheck disable=SC2086
exec python3 tests/support/coverage.py $list "$build" "${programs[@]%% *}" proktor-sync proktor-pusat
