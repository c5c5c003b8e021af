#!/usr/bin/env bash
# Compares `cus` with the floor (benches/floor), a program that does the least work that each operation allows, and with
# Taskwarrior, fossil and the sqlite3 shell where they are installed. The stores are filled through the programs.
set -euo pipefail

usage() {
    cat << EOF
usage: benches/compare.sh [OPTIONS]

  --sizes LIST   numbers of tickets (default: 1k,100k,1m)
  --rounds N     how often each command runs (default: 30; what takes long runs five times)
  --cus PATH     the cus to measure (default: a release build of this folder)
  --work DIR     keep the stores there for the next run (default: a temporary folder that is removed)

A million tickets need some ten gigabytes there, and an hour or two.
EOF
}

here="$(cd "$(dirname "$0")/.." && pwd)"
cus=''
work=''
options=()
while [ $# -gt 0 ]; do
    case "$1" in
        --help | -h) usage && exit ;;
        --sizes | --rounds | --cus | --work)
            [ $# -gt 1 ] || { echo "$1 needs a value" >&2 && exit 2; }
            case "$1" in
                --cus) cus="$(realpath "$2")" ;;
                --work) work="$2" ;;
                *) options+=("$1" "$2") ;;
            esac
            shift 2
            ;;
        *) usage >&2 && exit 2 ;;
    esac
done

if [ -z "$work" ]; then
    work="$(mktemp -d "${TMPDIR:-/tmp}/cus-compare.XXXXXX")"
    trap 'rm -rf "$work"' EXIT
fi
mkdir -p "$work"
work="$(realpath "$work")"
cd "$here"

target="${CARGO_TARGET_DIR:-$here/target}"
cargo build --locked --release --quiet --manifest-path benches/floor/Cargo.toml --target-dir "$target/floor"
if [ -z "$cus" ]; then
    cargo build --locked --release --quiet
    cus="$target/release/cus"
fi
# The measuring program only starts others and waits, so it is built the quick way, as the tests are.
cargo bench --locked --quiet --profile test --bench compare -- \
    --cus "$cus" --floor "$target/floor/release/floor" --work "$work" "${options[@]}"
