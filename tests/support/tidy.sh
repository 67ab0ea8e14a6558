#!/bin/bash
# clang-tidy over our own sources with a configured build directory; exit 1 on any finding.
#
#   tidy.sh BUILD_DIR [FILE...]      default: every .cpp of server, sync and provisioning
set -uo pipefail
cd "$(dirname "$0")/../.."
build=${1:?BUILD_DIR}; shift
command -v clang-tidy >/dev/null || { echo "SKIPPED: clang-tidy is not installed"; exit 0; }
[ -f "$build/compile_commands.json" ] || cmake -B "$build" -DCMAKE_EXPORT_COMPILE_COMMANDS=ON >/dev/null || exit 1
if [ $# -eq 0 ]; then
  mapfile -t files < <(find server sync provisioning -name '*.cpp' ! -name 'vendor_*' | sort)
  set -- "${files[@]}"
fi
found=$(printf '%s\0' "$@" | xargs -0 -n1 -P"${JOBS:-$(nproc)}" clang-tidy --quiet -p "$build" 2>/dev/null \
  | grep -E '(warning|error):' | sort -u)
[ -z "$found" ] || { printf '%s\n' "$found"; exit 1; }
echo "clang-tidy: $# files without a finding"
