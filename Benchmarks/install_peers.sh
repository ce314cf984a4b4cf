#!/usr/bin/env bash
# Installs the programs that Winnow is compared with, each set in its own environment below Benchmarks/work/.
# They stay out of the product's way; a second call finds them and does nothing.
set -euo pipefail
cd "$(dirname "$0")"

# environment NAME REQUIREMENTS
environment() {
    local folder=work/venv-$1 stamp=work/venv-$1/installed.txt
    cmp -s "$2" "$stamp" && return
    echo "installing $(tr '\n' ' ' <"$2")"
    python3 -m venv --clear "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$2"
    cp "$2" "$stamp"
}

mkdir -p work
environment peers requirements-peers.txt
environment text-dedup requirements-text-dedup.txt
