#!/usr/bin/env bash
# Installs Python packages in an environment of their own:  install_environment.sh NAME REQUIREMENTS
#
# It goes to Benchmarks/work/venv-NAME; a second call finds it and does nothing. A package that does not install does not
# stop the others: whoever uses the environment names it as skipped.
set -uo pipefail

folder=$(dirname "$0")/work/venv-$1
requirements=$2
cmp -s "$requirements" "$folder/installed.txt" && exit 0

echo "installing for $1: $(tr '\n' ' ' <"$requirements")"
mkdir -p "$(dirname "$folder")"
python3 -m venv --clear "$folder" || exit 1
install() { "$folder/bin/pip" install --quiet --disable-pip-version-check "$@" </dev/null; }

if install -r "$requirements"; then
    cp "$requirements" "$folder/installed.txt"
else
    while read -r requirement; do
        install "$requirement" || echo "$requirement does not install here" >&2
    done <"$requirements"
fi
exit 0
