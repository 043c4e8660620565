/**
 * The order in which C conf visits all symbols: by the FNV-1a hash of their names modulo the size of its table, the
 * younger first in a bucket. Files like auto.conf and the order of some messages follow it.
 */
import type { KSymbol } from './model.ts'

const BUCKETS = 9973
/** y, m and n stand outside the table. */
const FIRST_HASHED_ID = 3

/** All symbols, constants and choices but y, m and n, in that order. */
export function inHashOrder(symbols: readonly KSymbol[]): KSymbol[] {
  const buckets = new Uint16Array(symbols.length)
  const sorted = symbols.slice(FIRST_HASHED_ID)
  for (const symbol of sorted) buckets[symbol.id] = bucketOf(symbol.name)
  return sorted.sort((a, b) => (buckets[a.id] ?? 0) - (buckets[b.id] ?? 0) || b.id - a.id)
}

function bucketOf(name: string): number {
  if (name === '') return 0
  let hash = 2166136261
  for (let i = 0; i < name.length; i++) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % BUCKETS
}
