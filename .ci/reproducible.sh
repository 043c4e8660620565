#!/usr/bin/env bash
# Two clones in different places, with different homes, masks, languages and numbers of jobs, make the same bytes.
set -euo pipefail
cd "$(dirname "$0")/.."
here=$PWD
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

build() {
  local folder=$scratch/$1 jobs=$2
  git clone -q "$here" "$folder/azbuild"
  ln -s "$here/node_modules" "$folder/azbuild/node_modules"
  mkdir -p "$folder/home"
  for arch in x86_64 i386; do
    for app in hello hello-http; do
      (cd "$folder/azbuild" && HOME=$folder/home node bin/azbuild.mjs image "$app" --arch "$arch" -j "$jobs" >/dev/null)
    done
  done
  (cd "$folder/azbuild" && sha256sum out/*/*/*.elf) >"$folder.sums"
}
(umask 022 && LC_ALL=C TZ=UTC build one 2)
(umask 077 && LC_ALL=C.UTF-8 TZ=Asia/Tokyo build a/much/deeper/two 1)
diff "$scratch/one.sums" "$scratch/a/much/deeper/two.sums"
echo "the same bytes: $(wc -l <"$scratch/one.sums") files"
