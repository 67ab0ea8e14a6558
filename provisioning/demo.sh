#!/bin/bash
# The main job on this computer: a demo school with a centre, a box and its sync, all on loopback, with a sesi open.
# Installs what is missing, builds, runs, and stays until Ctrl-C.
#
#   provisioning/demo.sh [--data DIR] [--port P] [--participants N] [--build DIR] [--auto [--seconds-per-test S]]
#
# --data DIR          keeps everything there (must be new or empty); default: a new directory under /tmp, removed at the end
# --port P            the school's HTTPS port; default 8443
# --participants N    how many participants; default 45 and 5 reserves
# --build DIR         uses the programs in DIR/bin instead of installing and building
# --auto              a whole sitting with virtual pupils, three kills of the server, the centre away for the first
#                     half; then sync, verify, compare. Exit 0 only if every answer reached the centre
#
# DIR/demo.json says where everything is (url, ca, control, proctor, cards, token, …) and is kept fresh.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")

build=""
arguments=("$@")
for ((i = 0; i < ${#arguments[@]}; i++)); do
  case "${arguments[i]}" in
    --build) build=${arguments[i + 1]:-} ;;
    --build=*) build=${arguments[i]#--build=} ;;
    -h | --help) sed -n '2,15s/^# \{0,1\}//p' "$0"; exit 0 ;;
  esac
done

if [ -z "$build" ]; then
  "$here/install.sh"
  build=$root/build/release
  log=$(mktemp)
  echo "Membangun Proktor (pertama kali perlu beberapa menit)"
  if ! (cd "$root" && cmake --preset release && cmake --build --preset release) >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    echo "demo.sh: build gagal / the build failed, see $log" >&2
    exit 1
  fi
  rm -f "$log"
  arguments+=(--build "$build")
fi
exec python3 "$here/demo_run/main.py" "${arguments[@]}"
