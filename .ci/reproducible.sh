#!/usr/bin/env bash
# Two clones in different folders, with different HOME, umask, locale, time zone, cache, toolchain folder and -j, build the same
# bytes: the image and the ELF with debug information, of both examples and both flavours.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# build FOLDER JOBS NAME=VALUE...: clones this commit into FOLDER and builds everything there, with nothing from the cache.
build() {
  local folder=$1 jobs=$2
  shift 2
  git clone -q "$root" "$folder"
  cp -R dist "$folder/dist"
  cp -al "$(readlink -f node_modules)" "$folder/node_modules" 2>/dev/null || cp -a "$(readlink -f node_modules)" "$folder/node_modules"
  mkdir -p "$folder.home"
  (
    cd "$folder"
    for app in hello hello-http; do
      for arch in x86_64 i386; do
        env HOME="$folder.home" AZBUILD_CACHE="$folder.cache" "$@" \
          node bin/azbuild.mjs image "$app" --arch "$arch" -j "$jobs" 2>"$folder.log" || { cat "$folder.log"; exit 1; }
      done
    done
  )
}

(umask 022 && build "$scratch/one" 1 LC_ALL=C TZ=UTC) &
first=$!
(umask 077 && build "$scratch/some where/else/two" 2 LC_ALL=C.UTF-8 LANG=de_DE.UTF-8 TZ=Asia/Kathmandu)
wait $first

cd "$scratch/one/out"
compared=0
for file in */*/*.elf; do
  other="$scratch/some where/else/two/out/$file"
  cmp "$file" "$other" || { echo "$file differs between the clones"; exit 1; }
  printf '%s  %s, the same from both clones\n' "$(sha256sum "$file" | cut -c1-16)" "$file"
  compared=$((compared + 1))
done
[ "$compared" -eq 8 ] || { echo "only $compared files were compared"; exit 1; }
