#!/usr/bin/env bash
# Installs the programs that have to read an archive, in an environment below Benchmarks/work/.
# One that does not install does not stop the others: the acceptance run names it as skipped.
set -uo pipefail
cd "$(dirname "$0")/.."

folder=work/venv-acceptance
cmp -s acceptance/requirements.txt "$folder/installed.txt" && exit 0

mkdir -p work
python3 -m venv --clear "$folder" || exit 1
complete=yes
while read -r requirement; do
    echo "installing $requirement"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "$requirement" </dev/null || complete=no
done <acceptance/requirements.txt
[ $complete = yes ] && cp acceptance/requirements.txt "$folder/installed.txt"
exit 0
