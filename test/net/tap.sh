#!/bin/sh
# Linux as the peer of an image, over a tap device that offers checksums and segmentation. Runs in a network namespace of its own:
#
#     unshare -n test/net/tap.sh IMAGE QEMU [QEMU OPTIONS FOR THE DEVICE]
#
# The image is test/apps/bytes with net/static. Prints what was seen, for tap.test.ts to judge. Errors: status 1.
set -eu
image=$1 qemu=$2 device=${3-}
scratch=$(mktemp -d)
trap 'kill $machine 2>/dev/null; wait 2>/dev/null; rm -rf "$scratch"' EXIT
machine=

ip link set lo up
ip tuntap add dev tap0 mode tap vnet_hdr
ip address add 10.0.2.2/24 dev tap0
ip link set tap0 up
"$qemu" -M q35 -cpu max -m 64M -display none -monitor none -nodefaults -no-reboot -serial "file:$scratch/console" \
    -netdev tap,id=net,ifname=tap0,script=no,downscript=no \
    -device "virtio-net-pci,netdev=net,disable-legacy=on,romfile=$device" \
    -kernel "$image" -append 'az.ip=10.0.2.15/24' </dev/null &
machine=$!

url=http://10.0.2.15:8080
for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    curl -s -m 2 "$url/bytes/1" -o "$scratch/one" && break
    sleep 0.5
done
# Frames that came out of the image ($3 of the line) and went into it ($11); /sys would show another namespace's devices.
frames() { sed -n 's/tap0:/tap0 /p' /proc/net/dev | awk -v "column=$1" '{ print $column }'; }
before=$(frames 3)
curl -sf -m 60 "$url/bytes/8388608" -o "$scratch/down"
echo "down-frames $(($(frames 3) - before))"
echo "down $(sha256sum <"$scratch/down" | cut -d' ' -f1)"
before=$(frames 11)
echo "up $(curl -sf -m 60 --data-binary "@$scratch/down" "$url/up")"
echo "up-frames $(($(frames 11) - before))"
echo "checksum-errors $(awk '$1 == "Tcp:" { count = $NF } END { print count }' /proc/net/snmp)"
cat "$scratch/console" >&2
