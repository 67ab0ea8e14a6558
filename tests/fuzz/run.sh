#!/bin/bash
# Builds the three fuzzers with clang and AddressSanitizer and runs each for some time, one after the other.
#
#   tests/fuzz/run.sh [seconds] [entry …]      default: 600 seconds, item expression package
#
# New inputs are kept in build/fuzz/corpus, not in the repository. Prints executions, coverage and findings; exit code
# 0 only when nothing was found. JOBS=n limits the build.
set -uo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-600}
[ $# -gt 0 ] && shift
entries=("$@")
[ ${#entries[@]} -gt 0 ] || entries=(item expression package)
build=build/fuzz

cmake -S . -B "$build" -G Ninja -DCMAKE_C_COMPILER=clang-14 -DCMAKE_CXX_COMPILER=clang++-14 \
  -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1" \
  -DPROKTOR_FUZZ=ON -DBUILD_TESTING=OFF >/dev/null || exit 1
cmake --build "$build" --target "${entries[@]/#/fuzz_}" -j"${JOBS:-$(nproc)}" >"$build/build.log" 2>&1 ||
  { tail -n 40 "$build/build.log"; exit 1; }

found=0
for entry in "${entries[@]}"; do
  kept="$build/corpus/$entry" log="$build/$entry.log"
  mkdir -p "$kept" "$build/findings/$entry"
  # Leaks are looked for once, at the end of the run; an input may take 10 seconds and 1 GB.
  "$build/bin/fuzz_$entry" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=1024 -max_len=16384 \
    -dict=tests/fuzz/qti.dict -artifact_prefix="$build/findings/$entry/" -print_final_stats=1 -print_funcs=0 \
    "$kept" "tests/fuzz/corpus/$entry" >"$log" 2>&1
  code=$?
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  rate=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  coverage=$(sed -n 's/.* cov: \([0-9]*\) ft: \([0-9]*\) .*/\1 edges, \2 features/p' "$log" | tail -n 1)
  if [ $code -eq 0 ]; then verdict="no finding"; else verdict="FOUND (exit $code): $log"; found=1; fi
  printf '%-12s %s executions, %s a second, %s, %s\n' \
    "$entry" "${executions:-?}" "${rate:-?}" "${coverage:-no coverage}" "$verdict"
done
exit $found
