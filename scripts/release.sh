#!/bin/sh
# What a release is held against (RELIABILITY F12). usage: scripts/release.sh bill|holes
# `bill`: dist/triage.cdx.json names every package that a house installs, with its digests (CycloneDX).
# `holes`: none of them has a hole that is known; asks the Python Packaging Authority, and fails where it cannot.
set -eu
cd "$(dirname "$0")/.."
tools=.venv-release
[ -x $tools/bin/pip-audit ] || {
    "${PYTHON:-python3}" -m venv $tools
    $tools/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-release.lock
}
case ${1:-} in
bill)
    mkdir -p dist
    $tools/bin/cyclonedx-py requirements requirements.lock --pyproject pyproject.toml --output-reproducible --validate \
        --output-format JSON --output-file dist/triage.cdx.json
    echo "dist/triage.cdx.json"
    ;;
holes) $tools/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements.lock ;;
*)
    echo "usage: scripts/release.sh bill|holes" >&2
    exit 2
    ;;
esac
