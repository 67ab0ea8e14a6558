#!/bin/bash
# Checks the units where systemd-analyze exists: they parse without a word of complaint, each service's exposure stays
# under its threshold, and the promises of docs/architecture.md are in them. Exit 77 (skipped) where the tool is absent.
#
#   systemd_check.sh [UNITS_DIR]
set -uo pipefail
cd "$(dirname "$0")/../.."
units=${1:-systemd}

if ! command -v systemd-analyze >/dev/null; then
  echo "SKIPPED: systemd-analyze is not installed"
  exit 77
fi

failed=0
fail() { echo "FAILED: $*"; failed=1; }

copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
cp "$units"/*.service "$units"/*.socket "$copy"/
# verify wants programs that exist; the built ones lie elsewhere.
sed -i 's#^ExecStart=/usr/bin/[a-z-]*#ExecStart=/bin/true#' "$copy"/*.service

said=$(SYSTEMD_UNIT_PATH="$copy:" systemd-analyze verify --man=no "$copy"/*.service "$copy"/*.socket 2>&1)
said=$(grep -F -e "$copy" -e proktor <<<"$said")
[ -z "$said" ] || fail "systemd-analyze verify: $said"

# Exposure in tenths; measured with systemd 252: proktord 2, proktor-sync 11.
check_exposure() {
  local unit=$1 limit_tenths=$2 said
  if said=$(systemd-analyze security --offline=true --no-pager --threshold="$limit_tenths" "$copy/$unit" 2>&1); then
    grep -F 'Overall exposure' <<<"$said"
  else
    fail "$unit: $(grep -F 'Overall exposure' <<<"$said" || tail -n 3 <<<"$said") (limit in tenths: $limit_tenths)"
  fi
}
check_exposure proktord.service 3
check_exposure proktor-sync.service 12

must_say() { grep -qxF -- "$2" "$units/$1" || fail "$1 lacks: $2"; }
must_say proktord.service Type=notify
must_say proktord.service PrivateNetwork=yes
must_say proktord.service RestrictAddressFamilies=AF_UNIX
must_say proktord.service Restart=always
must_say proktord.service LimitCORE=0
must_say proktord.service RuntimeDirectoryPreserve=restart
must_say proktord.service RestartForceExitStatus=75
must_say proktord.service SuccessExitStatus=75
grep -q '^WatchdogSec=' "$units/proktord.service" || fail "proktord.service has no watchdog"
must_say proktor-sync.service SocketBindDeny=any
for name in web control feed; do must_say "proktord-$name.socket" "FileDescriptorName=$name"; done

[ "$failed" -eq 0 ] && echo "systemd: units hold"
exit "$failed"
