/** What differs between two configurations, as lines for people. */
import type { Config } from '../eval/config.ts'
import type { KSymbol } from '../lang/model.ts'

export interface Change {
  readonly name: string
  readonly before: string
  readonly after: string
  /** The user set it; otherwise it follows from something else. */
  readonly byUser: boolean
}

/** The symbols whose values differ, in the order of the tree. */
export function changesBetween(before: Config, after: Config): Change[] {
  const found: Change[] = []
  for (const symbol of after.tree.symbols) {
    if (symbol.kind !== 'symbol' || symbol.nodes.length === 0) continue
    const old = valueOrNone(before, symbol)
    const now = valueOrNone(after, symbol)
    if (old === now) continue
    const byUser =
      after.hasUserValue(symbol) && !(before.hasUserValue(symbol) && sameWish(before, after, symbol))
    found.push({ name: symbol.name, before: old, after: now, byUser })
  }
  return found
}

/** What is not written is off; a number or text that is not written has no value. */
function valueOrNone(config: Config, symbol: KSymbol): string {
  if (config.isWritten(symbol)) return config.value(symbol)
  return symbol.type === 'bool' || symbol.type === 'tristate' ? 'n' : '(none)'
}

function sameWish(before: Config, after: Config, symbol: KSymbol): boolean {
  return (
    before.userTristate(symbol) === after.userTristate(symbol) &&
    before.userText(symbol) === after.userText(symbol)
  )
}

export function changeLines(before: Config, after: Config): string[] {
  return changesBetween(before, after).map(
    (change) => `${change.byUser ? ' ' : '  -> '}${change.name}: ${change.before} -> ${change.after}`,
  )
}
