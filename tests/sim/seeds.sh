#!/bin/sh
# seeds.sh PROGRAM: the simulator's part of the ordinary tests. Plays one seed twice and compares the hash of the whole
# trace, then every seed of seeds.txt.
set -u
program=$1
here=$(dirname "$0")
first=$("$program" --seed 7 --count 1 | grep '^hash')
second=$("$program" --seed 7 --count 1 | grep '^hash')
if [ -z "$first" ] || [ "$first" != "$second" ]; then
  echo "seed 7 is not the same twice: $first, $second"
  exit 1
fi
failed=0
while read -r seed name; do
  case $seed in '' | '#'*) continue ;; esac
  "$program" --seed "$seed" --count 1 >/tmp/seeds.$$ || { failed=1; echo "$name (seed $seed):"; grep '^seed' /tmp/seeds.$$; }
done <"$here/seeds.txt"
rm -f /tmp/seeds.$$
exit $failed
