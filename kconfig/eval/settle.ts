/** An order in which a symbol and all it depends on can be computed without deep recursion. */
import { dependenciesOf } from '../lang/dependencies.ts'
import type { KSymbol } from '../lang/model.ts'
import type { Config } from './config.ts'

/** What `start` depends on and is not computed yet, each after what it depends on; `start` comes last. */
export function settledFirst(config: Config, start: KSymbol): KSymbol[] {
  const order: KSymbol[] = []
  const seen = new Set<KSymbol>([start])
  const stack: { symbol: KSymbol; rest: KSymbol[] }[] = [{ symbol: start, rest: dependenciesOf(start) }]
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const next = top.rest.pop()
    if (next === undefined) {
      order.push(top.symbol)
      stack.pop()
    } else if (!seen.has(next) && !config.isComputed(next)) {
      seen.add(next)
      stack.push({ symbol: next, rest: dependenciesOf(next) })
    }
  }
  return order
}
