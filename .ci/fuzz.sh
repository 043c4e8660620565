#!/usr/bin/env bash
# libFuzzer on the C parsers, with ASan and UBSan: a minute each, two at a time.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${AZ_FUZZ_SECONDS:-60}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir -p "$scratch/az"
: >"$scratch/az/config.h"
: >"$scratch/az/self.h"

fuzz() {
  local source=$1 program
  program=$scratch/$(basename "$source" .c)
  clang -std=gnu11 -g -O1 -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
    -I"$scratch" -Icomponents/api/include -Icomponents/testing/include "$source" -o "$program"
  if "$program" -max_total_time="$seconds" -max_len=4096 >"$program.log" 2>&1; then
    echo "$source: $(grep -E '^Done [0-9]+ runs' "$program.log")"
  else
    tail -40 "$program.log"
    return 1
  fi
}
fuzz components/bus/virtio/test/fuzz_virtqueue.c & first=$!
fuzz components/bus/acpi/test/fuzz_tables.c & second=$!
wait "$first"
wait "$second"
fuzz components/drivers/virtio-net/test/fuzz_virtio_net.c & first=$!
fuzz components/bus/virtio-mmio/test/fuzz_aml.c & second=$!
wait "$first"
wait "$second"
AZ_FUZZ_SECONDS=$seconds AZ_FUZZ_CC=clang npx vitest run \
  components/net/tcp/test/fuzz.test.ts components/net/ipv4/test/fuzz.test.ts components/net/dhcp/test/fuzz.test.ts
