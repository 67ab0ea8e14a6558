#!/bin/bash
# The fault laboratory: every experiment of experiments.tsv, one line each, and ONE line of totals at the end.
#
#   tests/fault/run.sh [--full] [--only NAME] [--state DIR] [--build DIR] [--seed S] [--junit FILE] [--list]
#
# --full        the counts of docs/durability.md (hours) instead of those that tests/run.sh includes (minutes)
# --only NAME   this experiment alone; may be repeated
# --state DIR   keeps what is done there; the same call later goes on from it. With --full the default is .fault-state
# --build DIR   the programs in DIR/bin; default build/dev, with --full build/release
# --seed S      another run; default 1
# Exit 0 when every promise held; an experiment that lacks a tool or a privilege is skipped and says so.
set -euo pipefail
export PATH="$(cd "$(dirname "$0")/../.." && pwd)/.tools/node/bin:$PATH"
exec python3 "$(dirname "$0")/lib/runner.py" "$@"
