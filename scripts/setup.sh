#!/bin/sh
# Make .venv ready. usage: scripts/setup.sh runtime|test
# `test` also wants Dovecot, the real IMAP server of the tests; Debian's package manager brings it where we may use it.
set -eu
what=${1:-runtime}
cd "$(dirname "$0")/.."

install_packages() {
    if [ "$(id -u)" = 0 ]; then as_root=""; elif command -v sudo >/dev/null 2>&1; then as_root="sudo -n"; else return 1; fi
    command -v apt-get >/dev/null 2>&1 || return 1
    $as_root apt-get update -q >/dev/null && $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >/dev/null
}

python=${PYTHON:-python3}
if ! "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    install_packages python3 python3-venv || {
        echo "triage needs Python 3.11 or newer with venv: apt install python3 python3-venv" >&2
        exit 1
    }
fi
if [ "$what" = test ] && ! command -v dovecot >/dev/null 2>&1 && [ ! -x /usr/sbin/dovecot ]; then
    install_packages dovecot-imapd || echo "Dovecot is missing (apt install dovecot-imapd): the tests that need it will be skipped" >&2
fi

[ -x .venv/bin/python ] || "$python" -m venv .venv
lock=requirements.lock
[ "$what" = test ] && lock=requirements-dev.lock
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
