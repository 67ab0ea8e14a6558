#!/bin/bash
# The fault laboratory: every experiment of experiments.tsv, one line each, and ONE line of totals at the end.
#
#   tests/fault/run.sh [--full] [--only NAME] [--state DIR] [--build DIR] [--seed S] [--junit FILE] [--list]
#
# --full        the counts of docs/durability.md (a night) instead of those that tests/run.sh includes (minutes)
# --only NAME   this experiment alone; may be repeated
# --state DIR   keeps what is done there; the same call later goes on from it. With --full the default is .fault-state
# --build DIR   the programs in DIR/bin; without it build/dev, with --full build/release, and they are built first
# --seed S      another run; default 1
# Exit 0 when every promise held; an experiment that lacks a tool or a privilege is skipped and says so.
set -euo pipefail
root="$(cd "$(dirname "$0")/../.." && pwd)"
export PATH="$root/.tools/node/bin:$PATH"
case " $* " in
  *" --build"* | *" --list "* | *" --help "* | *" -h "*) ;;
  *)
    case " $* " in *" --full "*) preset=release ;; *) preset=dev ;; esac
    mkdir -p "$root/build"
    (cd "$root" && cmake --preset "$preset" -DBUILD_TESTING=ON && cmake --build --preset "$preset") > "$root/build/fault-build.log" 2>&1 ||
      { tail -n 20 "$root/build/fault-build.log"; exit 1; }
    ;;
esac
exec python3 "$root/tests/fault/lib/runner.py" "$@"
