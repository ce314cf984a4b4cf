#!/usr/bin/env bash
# Installs the programs that Winnow is compared with. Some exclude one another, hence two environments.
set -euo pipefail
cd "$(dirname "$0")"
./install_environment.sh peers requirements-peers.txt
./install_environment.sh text-dedup requirements-text-dedup.txt
