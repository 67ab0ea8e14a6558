#!/bin/bash
# All tests of Proktor from a clean clone: installs what is missing, builds, runs every runner and ends with one line,
# `N passed, N failed`. Exit code 0 only when nothing failed.
#
#   tests/run.sh           what every change must pass
#   tests/run.sh --full    also: sanitizers, coverage, release build, the demo on it, 200 virtual pupils measured, deliberate
#                          faults, coroutine frames, clang-tidy
#   tests/run.sh --quick   ctest and vitest only: no browsers, no whole sitting, no fault laboratory
#
# JOBS=n limits the work done at once (default: all cores).
set -uo pipefail
cd "$(dirname "$0")/.."
root=$PWD
export PATH="$root/.tools/node/bin:$PATH"
jobs=${JOBS:-$(nproc)}
full=no quick=no
for argument in "$@"; do
  case "$argument" in
    --full) full=yes ;;
    --quick) quick=yes ;;
    *) echo "usage: tests/run.sh [--full | --quick]" >&2; exit 2 ;;
  esac
done

passed=0 failed=0 skipped=0
readonly started=$SECONDS
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT

headline() { printf '\n== %s (%d s)\n' "$1" $((SECONDS - started)); }
count() { passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + ${3:-0})); }
finish() {
  printf '\n%d skipped, %d minutes\n' "$skipped" $(((SECONDS - started + 59) / 60))
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
  exit
}

# One command as one check: its output is shown only when it fails.
check() {
  local name=$1; shift
  if "$@" >"$out/check.log" 2>&1; then
    count 1 0
    printf 'ok   %s\n' "$name"
  else
    count 0 1
    printf 'FAIL %s\n' "$name"
    tail -n 80 "$out/check.log"
  fi
}

# A runner that writes a JUnit file: CTest, Vitest, node --test. One that fails without a failed case counts as one.
run_junit() {
  local name=$1 file=$2; shift 2
  "$@"
  local code=$? counts
  if counts=$(python3 tests/support/junit_counts.py "$file"); then
    # shellcheck disable=SC2086
    count $counts
    [ "$code" -eq 0 ] || [ "$(cut -d' ' -f2 <<<"$counts")" -gt 0 ] || count 0 1
  else
    printf 'FAIL %s did not run\n' "$name"
    count 0 1
  fi
}

# Names go by only when something fails.
ctest_quietly() {
  ctest --preset "$1" -j"$jobs" --output-junit "$out/ctest-$1.xml" >"$out/ctest.log" 2>&1
  local code=$?
  if [ "$code" -eq 0 ]; then grep -E 'tests passed|Skipped|Total Test time' "$out/ctest.log"
  else grep -vE '^ *[0-9]+/[0-9]+ Test .* Passed |^ +Start ' "$out/ctest.log"; fi
  return "$code"
}

run_ctest() {
  run_junit "ctest $1" "$out/ctest-$1.xml" ctest_quietly "$1"
}

build() {
  local preset=$1
  if ! { cmake --preset "$preset" && cmake --build --preset "$preset" -j"$jobs"; } >"$out/build.log" 2>&1; then
    printf 'FAIL build %s\n' "$preset"
    grep -nE 'error|Error|FAILED' "$out/build.log" | head -n 30
    tail -n 30 "$out/build.log"
    count 0 1
    return 1
  fi
  sync  # gigabytes of objects that still go to the disk would hold up every fsync of the tests
}

headline "Install what is missing"
provisioning/install.sh --tests || { count 0 1; finish; }

headline "Build (dev)"
build dev || finish

headline "Unit, process and contract tests"
run_ctest dev

headline "Pages: types, unit tests, budgets"
check "pages: types" npm --prefix client-web run --silent check
run_junit vitest "$out/vitest.xml" npm --prefix client-web test --silent -- --reporter=default \
  --reporter=junit --outputFile.junit="$out/vitest.xml"
check "pages: budgets" npm --prefix client-web run --silent budget -- "$root/build/dev/client-web/dist"

if [ "$quick" = no ]; then
  headline "Browsers"
  run_junit e2e "$out/e2e.xml" env PROKTOR_BIN="$root/build/dev/bin" node --test --test-concurrency=1 \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=junit --test-reporter-destination="$out/e2e.xml" "tests/e2e/*.test.mjs"

  headline "A whole sitting with virtual pupils"
  check "demo --auto" provisioning/demo.sh --auto --build build/dev --data "$out/demo"
  [ ! -f "$out/demo/summary.txt" ] || cat "$out/demo/summary.txt"
fi

if [ "$quick" = no ]; then
  headline "Fault laboratory (tests/fault/run.sh)"
  run_junit fault "$out/fault.xml" tests/fault/run.sh --build build/dev --junit "$out/fault.xml"
fi

if [ "$full" = yes ]; then
  headline "The same tests under address and undefined behaviour sanitizers"
  build asan && run_ctest asan
  headline "The same tests under the thread sanitizer"
  # A server that a test kills tells of no race by its exit code: the reports go to files.
  if build tsan; then
    TSAN_OPTIONS="log_path=$out/race second_deadlock_stack=1" run_ctest tsan
    check "no race in a program that a test started" bash -c '! cat "$0".* 2>/dev/null' "$out/race"
  fi
  headline "Coverage of what keeps answers"
  check "95 % of lines, 85 % of branches" tests/support/coverage.sh --files
  headline "Release"
  if build release; then
    check "demo --auto on release" provisioning/demo.sh --auto --build build/release --data "$out/demo-release"
    check "200 virtual pupils" tests/bench/drill.sh build/release
  fi
  headline "Code"
  check "each deliberate QTI fault turns a case red" tests/support/qti_faults.sh build/dev
  check "coroutine frames" python3 tests/support/coroutine_frames.py build/dev
  check "clang-tidy" tests/support/tidy.sh build/dev
fi
finish
