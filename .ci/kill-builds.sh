#!/usr/bin/env bash
# A build killed at twenty points: what `npm test` does at five.
set -euo pipefail
cd "$(dirname "$0")/.."
AZBUILD_KILLS=20 npx vitest run test/cli/killed.test.ts
