#!/usr/bin/env bash
# The packed package, in an empty folder and without a network: a new app builds and runs.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
npm pack --pack-destination "$scratch" >/dev/null
cd "$scratch"
echo '{ "private": true }' >package.json
npm install --prefer-offline ./azbuild-*.tgz >install.log 2>&1 || { tail -20 install.log; exit 1; }
offline=()
unshare -n true 2>/dev/null && offline=(unshare -n)
"${offline[@]}" npx azbuild new app x
"${offline[@]}" npx azbuild run x -- one | tee out.txt
grep -q 'Hello from x, with 1 argument' out.txt
