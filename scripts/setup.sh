#!/usr/bin/env bash
# Installs what is missing on a Debian machine that has Rust; does nothing where nothing is.
#
#   scripts/setup.sh build   what `make run` needs: a C compiler, for the embedded SQLite, and Node, for the web client
#   scripts/setup.sh coverage  what `make coverage` needs beside that of `make test`
#   scripts/setup.sh test    that of `build`, rustfmt, clippy, cargo-nextest, cargo-deny, Chromium, Python and the packages
#                            its clients need
#   scripts/setup.sh browser, firefox  a browser to measure in, or for the smoke run in Firefox
set -euo pipefail
purpose=${1:?build, test, coverage, browser or firefox}

has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# package COMMAND PACKAGE: installs the package unless the command is there; without a command, always.
package() {
    [ -n "$1" ] && has "$1" && return
    has apt-get || { echo "setup: $1 is missing and there is no apt-get to install $2 with" >&2; exit 1; }
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$2"
}

# component NAME COMMAND PACKAGE: adds a Rust component, from rustup or from Debian.
component() {
    has "$2" && cargo "${2#cargo-}" --version >/dev/null 2>&1 && return
    if has rustup; then rustup component add "$1"; else package "$2" "$3"; fi
}

# clients: the Python packages of the tests' clients, in an environment of their own, unless it has them.
clients() {
    local folder wanted venv
    folder=$(cd "$(dirname "$0")/../tests/clients" && pwd)
    wanted=$folder/requirements.txt venv=$folder/.venv
    cmp -s "$wanted" "$venv/installed.txt" && "$venv/bin/python" -c 'import socketio' 2>/dev/null && return
    python3 -c 'import ensurepip, venv' 2>/dev/null || package "" python3-venv
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --requirement "$wanted"
    cp "$wanted" "$venv/installed.txt"
}

# browser: Debian's Chromium, unless there is one.
browser() {
    has chromium-browser || has google-chrome || has google-chrome-stable || package chromium chromium
}

if [ "$purpose" = browser ]; then browser; exit; fi
if [ "$purpose" = firefox ]; then has firefox || package firefox-esr firefox-esr; exit; fi

if [ "$purpose" = coverage ]; then
    rustup component list --installed 2>/dev/null | grep -q '^llvm-tools' || rustup component add llvm-tools
    cargo llvm-cov --version >/dev/null 2>&1 || cargo install --locked cargo-llvm-cov
    exit
fi

has cargo || { echo "setup: install cargo first" >&2; exit 1; }
package node nodejs
package npm npm
fits='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 22 || (a === 22 && b >= 12) || (a === 20 && b >= 19) ? 0 : 1)'
node -e "$fits" || {
    echo "setup: node is $(node --version); the web client is built with 20.19 or later, or 22.12 or later. Install one first" >&2
    exit 1
}
package cc build-essential
[ "$purpose" = build ] && exit

browser
package python3 python3
clients
component rustfmt cargo-fmt rustfmt
component clippy cargo-clippy rust-clippy
cargo nextest --version >/dev/null 2>&1 || cargo install --locked cargo-nextest
# It runs for seconds: unoptimised it is there in half the time.
cargo deny --version >/dev/null 2>&1 || cargo install --locked --debug cargo-deny
