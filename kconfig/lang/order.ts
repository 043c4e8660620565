/**
 * The order in which C conf visits all symbols: by the FNV-1a hash of their names modulo the size of its table, the
 * younger first in a bucket. Files like auto.conf and the order of some messages follow it.
 */
import type { KSymbol } from './model.ts'

const BUCKETS = 9973
/** y, m and n stand outside the table. */
const FIRST_HASHED_ID = 3

const orders = new WeakMap<readonly KSymbol[], readonly KSymbol[]>()

/** All symbols, constants and choices of a tree but y, m and n, in that order. */
export function inHashOrder(symbols: readonly KSymbol[]): readonly KSymbol[] {
  const known = orders.get(symbols)
  if (known !== undefined) return known
  const youngest = new Int32Array(BUCKETS).fill(-1)
  const older = new Int32Array(symbols.length)
  for (let id = FIRST_HASHED_ID; id < symbols.length; id++) {
    const bucket = bucketOf(symbols[id]?.name ?? '')
    older[id] = youngest[bucket] ?? -1
    youngest[bucket] = id
  }
  const ordered: KSymbol[] = []
  for (const first of youngest) {
    for (let id = first; id >= 0; id = older[id] ?? -1) {
      const symbol = symbols[id]
      if (symbol !== undefined) ordered.push(symbol)
    }
  }
  orders.set(symbols, ordered)
  return ordered
}

function bucketOf(name: string): number {
  if (name === '') return 0
  let hash = 2166136261
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % BUCKETS
}
