#!/usr/bin/env bash
# Ten seconds of wrk with 64 connections on both runners, three seconds after boot: every request answered, no socket error.
set -euo pipefail
cd "$(dirname "$0")/.."
port=18080

load() {
  local log
  log=$(mktemp)
  node bin/azbuild.mjs image hello-http --arch "$2" >/dev/null
  node bin/azbuild.mjs run hello-http --runner "$1" --arch "$2" --port "$port:8080" </dev/null >/dev/null 2>"$log" &
  local guest=$!
  for _ in $(seq 100); do
    grep -q "http://127.0.0.1:$port/" "$log" && break
    sleep 0.2
  done
  wrk -t1 -c4 -d3 --timeout 10 "http://127.0.0.1:$port/" >/dev/null # v86 compiles what is hot first: some seconds of JIT
  wrk -t1 -c64 -d10 --timeout 10 "http://127.0.0.1:$port/" | tee "$log.wrk"
  kill "$guest"
  wait "$guest" || true
  grep -q 'requests in' "$log.wrk"
  if grep -E 'Socket errors|Non-2xx' "$log.wrk"; then
    echo "$1 $2: not every request was answered"
    return 1
  fi
}
load v86 i386
load qemu x86_64
