#!/bin/sh
# What the tests ask of Debian: installed where it is missing and may be, quietly, and without starting a daemon.
# Where it cannot be, the tests that need it are skipped, and say so.
set -eu

policy=${TIDINGS_POLICY_RC_D:-/usr/sbin/policy-rc.d}
missing=
for wanted in chromium:chromium prometheus:prometheus promtool:prometheus; do
    command -v "${wanted%%:*}" > /dev/null 2>&1 && continue
    case " $missing " in *" ${wanted##*:} "*) ;; *) missing="$missing ${wanted##*:}" ;; esac
done
[ -n "$missing" ] || exit 0

skip() {
    echo "Not installed:$missing ($1); the tests that need it are skipped" >&2
    exit 0
}
command -v apt-get > /dev/null || skip "this is not Debian"
as_root=
if [ "$(id -u)" != 0 ]; then
    { command -v sudo && sudo -n true; } > /dev/null 2>&1 || skip "that needs root: apt-get install$missing"
    as_root="sudo -n"
fi

# Debian starts what it installs, unless this file says no: a Prometheus on port 9090 is nobody's wish
if [ ! -e "$policy" ]; then
    trap '$as_root rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" > /dev/null
    $as_root chmod 755 "$policy"
fi

echo "Installing$missing, once" >&2
log=$(mktemp)
# shellcheck disable=SC2086 # names of packages, and a command with its options
if $as_root apt-get update -qq > "$log" 2>&1 &&
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends $missing >> "$log" 2>&1; then
    # nor with the next start of the machine
    case "$missing" in *prometheus*)
        if command -v systemctl > /dev/null; then
            $as_root systemctl disable --quiet prometheus prometheus-node-exporter > /dev/null 2>&1 || true
        fi ;;
    esac
    rm -f "$log"
else
    tail -n 5 "$log" >&2
    rm -f "$log"
    skip "apt-get has failed"
fi
