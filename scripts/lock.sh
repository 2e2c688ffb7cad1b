#!/bin/sh
# Pin every dependency by name, version and hash, for all platforms and Pythons from 3.11 on.
# The files name no address to fetch from: each machine uses the index it is set up for.
set -eu
cd "$(dirname "$0")/.."

command -v uv >/dev/null 2>&1 || {
    echo "重新锁定依赖需要 uv：pip install uv / pinning needs uv: pip install uv" >&2
    exit 2
}

pin() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-header --no-annotate --no-emit-index-url --no-emit-find-links "$@"
}
pin pyproject.toml --output-file requirements.lock "$@"
pin pyproject.toml --group dev --constraint requirements.lock --output-file requirements-dev.lock "$@"

if grep -nE '://|--(extra-)?index-url|--find-links' requirements.lock requirements-dev.lock; then
    echo "锁文件中出现了软件源地址 / an address got into the lock" >&2
    exit 1
fi
