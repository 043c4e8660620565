#!/usr/bin/env bash
# examples/hello-http under load: 10 s of wrk with 64 connections on each runner, without a socket error or an answer other than 200.
set -euo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
server=
trap 'kill -INT $server 2>/dev/null; wait; rm -f "$log"' EXIT

for machine in 'v86 i386' 'qemu i386' 'qemu x86_64'; do
  read -r runner arch <<<"$machine"
  node bin/azbuild.mjs image hello-http --arch "$arch" 2>/dev/null
  node bin/azbuild.mjs run hello-http --runner "$runner" --arch "$arch" --port 18080:8080 </dev/null >"$log" 2>&1 &
  server=$!
  for _ in $(seq 100); do
    grep -q '^http://' "$log" && break
    sleep 0.1
  done
  grep -q '^http://' "$log" || { cat "$log"; echo "$machine did not listen"; exit 1; }
  said=$(wrk -t2 -c64 -d10s --timeout 10s http://127.0.0.1:18080/)
  # Without --timeout, wrk counts an answer that took 2 s as an error. It prints these two lines only when there are errors.
  if grep -E 'Socket errors|Non-2xx' <<<"$said" || ! grep -qE '^ +[1-9][0-9]* requests in' <<<"$said"; then
    echo "$said"
    cat "$log"
    exit 1
  fi
  kill -INT "$server"
  status=0
  wait "$server" || status=$?
  [ "$status" -eq 130 ] || { cat "$log"; echo "$machine ended with $status"; exit 1; }
  echo "$runner, $arch: $(grep 'requests in' <<<"$said" | sed 's/^ *//'), no error"
done
server=
