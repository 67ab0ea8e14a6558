#!/bin/bash
# Nine deliberate faults in the QTI engine (server/qti/value/fault.hpp): the engine is built with each of them, and a
# case of tests/unit/qti_scoring/traps_test.cpp must turn red. Without a fault they are green in the ordinary tests.
#
#   tests/support/qti_faults.sh BUILD_DIR
set -uo pipefail
build=${1:?usage: qti_faults.sh BUILD_DIR}
jobs=${JOBS:-$(nproc)}
readonly faults=9

names=()
for n in $(seq "$faults"); do names+=("qti_fault_$n"); done
cmake --build "$build" --target "${names[@]}" -j"$jobs" >"$build/qti_faults.log" 2>&1 || {
  tail -n 30 "$build/qti_faults.log"
  exit 1
}

missed=0
for n in $(seq "$faults"); do
  red=$("$build/bin/qti_fault_$n" --reporter compact 2>&1 | grep -c 'failed:')
  echo "fault $n: $red checks red"
  [ "$red" -gt 0 ] || missed=$((missed + 1))
done
[ "$missed" -eq 0 ]
