/** Setting values the way a user does: only what the tree allows now, with what follows for choices. */
import type { KSymbol, Tristate } from '../lang/model.ts'
import { MOD, NO, YES } from '../lang/model.ts'
import type { Config } from './config.ts'

/** Sets n, m or y. False, and nothing happens, when the symbol cannot have that value now. */
export function setTristate(config: Config, symbol: KSymbol, value: Tristate): boolean {
  const old = config.tristate(symbol)
  if (old !== value && !config.allowsTristate(symbol, value)) return false
  config.markUser(symbol, true)
  const { choice } = symbol
  if (choice !== undefined && value === YES && config.tree.rules === '6.12') {
    for (const other of choice.values) {
      if (config.visibility(other) === NO) continue
      config.markUser(other, true)
      config.putUserTristate(other, other === symbol ? YES : NO)
      config.rankFirst(other)
    }
    config.markUser(choice, true)
  } else if (choice !== undefined && value === YES) {
    config.putUserChoice(choice, symbol)
    config.markUser(choice, true)
    // One answer answers for all values that could be chosen.
    for (const other of choice.values) if (config.visibility(other) !== NO) config.markUser(other, true)
  }
  config.putUserTristate(symbol, value)
  if (old !== value) config.invalidate()
  return true
}

/** Sets a value as text: y, m, n, a number or a string. False when the symbol cannot have it now. */
export function setValue(config: Config, symbol: KSymbol, text: string): boolean {
  if (symbol.type === 'bool' || symbol.type === 'tristate') {
    const value = parseTristate(text)
    return value !== undefined && setTristate(config, symbol, value)
  }
  if (!config.allowsText(symbol, text)) return false
  config.markUser(symbol, true)
  const written = symbol.type === 'hex' && !/^0[xX]/.test(text) ? `0x${text}` : text
  if (config.userText(symbol) === written) return true
  config.putUserText(symbol, written)
  config.invalidate()
  return true
}

/** n, m or y by the first letter, as C conf reads them. */
export function parseTristate(text: string): Tristate | undefined {
  switch (text.charAt(0)) {
    case 'y':
    case 'Y':
      return YES
    case 'm':
    case 'M':
      return MOD
    case 'n':
    case 'N':
      return NO
  }
  return undefined
}

/** The next value that the symbol can have, in the order n, m, y; the same one when there is no other. */
export function nextTristate(config: Config, symbol: KSymbol): Tristate {
  const now = config.tristate(symbol)
  for (const step of [1, 2]) {
    const next = ((now + step) % 3) as Tristate
    if (config.allowsTristate(symbol, next)) return next
  }
  return now
}

/** Takes the user's value back, so that the default counts again. */
export function resetValue(config: Config, symbol: KSymbol): void {
  for (const each of symbol.choice === undefined ? [symbol] : [symbol.choice, ...symbol.choice.values]) {
    config.markUser(each, false)
    config.putUserTristate(each, NO)
    config.putUserText(each, undefined)
    config.putUserChoice(each, undefined)
    config.forgetRank(each)
  }
  config.invalidate()
}
