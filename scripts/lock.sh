#!/bin/sh
# Resolve the dependencies anew, for every Python and platform, with hashes and without addresses.
set -eu
cd "$(dirname "$0")/.."
compile() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url "$@"
}
compile pyproject.toml --group build -o requirements.lock
compile pyproject.toml --group build --group dev -o requirements-dev.lock
compile pyproject.toml --group build --group release -c requirements.lock -o requirements-release.lock
