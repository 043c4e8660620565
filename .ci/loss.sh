#!/usr/bin/env bash
# Linux as the peer over a tap device that loses every fiftieth frame each way, at random: 8 MiB either way arrive whole, and a
# hundred connections one after the other each get their answer.
set -euo pipefail
cd "$(dirname "$0")/.."
if [ "${1-}" != inside ]; then
  for arch in x86_64 i386; do
    node bin/azbuild.mjs image test/net --arch "$arch" 2>/dev/null
    unshare -n bash .ci/loss.sh inside "$arch"
  done
  exit 0
fi

arch=$2
scratch=$(mktemp -d)
machine=
trap 'kill $machine 2>/dev/null; wait; rm -rf "$scratch"' EXIT
ip link set lo up
ip tuntap add dev tap0 mode tap
ip address add 10.0.2.2/24 dev tap0
ip link set tap0 up
"qemu-system-$arch" -M q35 -cpu max -m 64M -display none -monitor none -nodefaults -no-reboot -serial "file:$scratch/console" \
  -netdev tap,id=net,ifname=tap0,script=no,downscript=no -device virtio-net-pci,netdev=net,disable-legacy=on,romfile= \
  -kernel "out/tap/$arch/tap.elf" -append az.ip=10.0.2.15/24 </dev/null &
machine=$!
url=http://10.0.2.15:8080
ready=no
for _ in $(seq 40); do
  curl -s -m 2 -o /dev/null "$url/bytes/1" && ready=yes && break
  sleep 0.5
done
[ $ready = yes ] || { cat "$scratch/console"; echo "$arch: nothing listens"; exit 1; }

nft -f - <<'RULES'
table inet loss {
  counter lost_in { }
  counter lost_out { }
  chain in { type filter hook input priority 0; iifname "tap0" numgen random mod 50 == 0 counter name lost_in drop; }
  chain out { type filter hook output priority 0; oifname "tap0" numgen random mod 50 == 0 counter name lost_out drop; }
}
RULES
node -e '
  const body = Uint8Array.from({ length: 8 * 2 ** 20 }, (_, i) => i * 167 + (i >> 8) * 13 + (i >> 16))
  require("fs").writeFileSync(process.argv[1], body)' "$scratch/expected"
clean=$(curl -sf -m 120 "$url/bytes/8388608" | cmp - "$scratch/expected" && echo same)
[ "$clean" = same ] || { echo "$arch: what came down differs"; exit 1; }
up=$(curl -sf -m 120 -H 'Expect:' --data-binary "@$scratch/expected" "$url/up")
hash=$(node -e '
  let hash = 0xcbf29ce484222325n
  for (const byte of require("fs").readFileSync(process.argv[1])) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n)
  console.log("8388608 " + hash.toString(16).padStart(16, "0"))' "$scratch/expected")
[ "$up" = "$hash" ] || { echo "$arch: sent up $hash, arrived $up"; exit 1; }
for try in $(seq 100); do
  curl -sf -m 60 -o "$scratch/small" "$url/bytes/5000" || { echo "$arch: connection $try failed"; exit 1; }
  cmp -n 5000 "$scratch/small" "$scratch/expected"
done
# A test of loss without loss would prove nothing.
lost=$(nft list counters | awk '/packets/ { n[++i] = $2 } END { print n[1], n[2] }')
read -r lost_in lost_out <<<"$lost"
[ "$lost_in" -gt 20 ] && [ "$lost_out" -gt 20 ] || { echo "lost only $lost"; exit 1; }
echo "$arch: 8 MiB either way and 100 connections arrived whole; lost on the way in $lost_in, out $lost_out"
