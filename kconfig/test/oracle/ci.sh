#!/bin/sh
# Runs every oracle: C conf and Kconfiglib on Linux 6.1 x86 and arm64, and Kconfiglib's own trees.
# Needs the Debian packages linux-source-6.1, linux-kbuild-6.1, python3-kconfiglib, gcc, flex and bison; Linux 6.12 too where
# linux-source-6.12 and a linux-kbuild-6.12.* are installed (bookworm-security). 60 configurations take four minutes on two
# quiet cores, 25 two. Usage: kconfig/test/oracle/ci.sh [configurations per tree, default 60]
set -eu

count=${1:-60}
here=$(dirname "$0")
jiti=$here/../../../node_modules/.bin/jiti
cache=${XDG_CACHE_HOME:-/tmp}/azbuild-kconfig

# The source package of Kconfiglib holds its test trees. Only the upstream part is wanted.
if [ ! -f "$cache/Kconfiglib-14.1.0/testsuite.py" ]; then
  mkdir -p "$cache/apt/parts" "$cache/apt/lists/partial"
  for list in /etc/apt/sources.list.d/*.sources; do
    [ -f "$list" ] && sed 's/^Types: deb$/Types: deb-src/' "$list" > "$cache/apt/parts/$(basename "$list")"
  done
  [ -f /etc/apt/sources.list ] && sed 's/^deb /deb-src /' /etc/apt/sources.list > "$cache/apt/parts/main.list"
  set -- -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$cache/apt/parts" -o Dir::State::lists="$cache/apt/lists"
  apt-get "$@" update
  (cd "$cache" && apt-get "$@" source --download-only --tar-only kconfiglib)
  tar xzf "$cache"/kconfiglib_14.1.0.orig.tar.gz -C "$cache"
fi

for arch in x86 arm64; do
  "$jiti" "$here/differential.ts" $arch "$count"
  "$jiti" "$here/kconfiglib.ts" linux $arch 10
done
if [ -f /usr/src/linux-source-6.12.tar.xz ] && ls /usr/lib | grep -q '^linux-kbuild-6\.12'; then
  "$jiti" "$here/differential.ts" x86 $(((count + 4) / 5)) 1 6.12
elif [ "${AZBUILD_TEST_ALL-}" = 1 ]; then
  echo 'Linux 6.12 is to be compared, and linux-source-6.12 or linux-kbuild-6.12.* is not installed' >&2
  exit 1
else
  echo 'skipped: Linux 6.12 (apt-get install linux-source-6.12, and linux-kbuild-6.12.* of the same version)'
fi
"$jiti" "$here/kconfiglib.ts" cases "$cache/Kconfiglib-14.1.0"
