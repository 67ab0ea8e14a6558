#!/bin/sh
# bugs.sh --bin DIR [--seed S] [--count N] …: each of the six deliberate faults of the product must be found by the
# simulator within N seeds. The last line is one JSON object.
seed=1 count=1000 bin=build/dev/bin
while [ $# -gt 0 ]; do
  case $1 in
    --seed) seed=$2; shift ;;
    --count) count=$2; shift ;;
    --bin) bin=$2; shift ;;
    --state) shift ;;
  esac
  shift
done
echo "simulator-bugs: seed $seed"
missed=0 trials=0 found=
for bug in ack_before_commit synchronous_normal missing_fencing quarantine_adopted copy_not_compared prune_without_receipt; do
  out=$("$bin/sim_bug_$bug" --find 1 --seed "$seed" --count "$count")
  code=$?
  seeds=$(echo "$out" | sed -n 's/.*"trials":\([0-9]*\).*/\1/p')
  trials=$((trials + ${seeds:-0}))
  if [ $code -eq 0 ]; then
    echo "$bug: found by seed $((seed + seeds - 1)): $(echo "$out" | grep '^seed' | head -1)"
    found="$found,\"$bug\":$seeds"
  else
    echo "VIOLATION: $bug was not found in $count seeds; again: $bin/sim_bug_$bug --find 1 --seed $seed --count $count"
    missed=$((missed + 1))
  fi
done
echo "{\"experiment\":\"simulator-bugs\",\"trials\":$trials,\"acknowledged\":0,\"lost\":0,\"violations\":$missed$found}"
[ $missed -eq 0 ]
