/** The modes that give every symbol without a value one: all yes, all no, all m, all defaults, all random. */
import type { Config } from '../eval/config.ts'
import { MOD, NO, YES, type KSymbol, type Tristate } from '../lang/model.ts'
import { inHashOrder } from '../lang/order.ts'

export type AllMode = 'yes' | 'no' | 'mod' | 'default'

/** Percentages: a bool is y; a tristate is y; a tristate is m. */
export interface Probabilities {
  readonly boolYes: number
  readonly tristateYes: number
  readonly tristateMod: number
}

/** KCONFIG_PROBABILITY: `y`, `y:m` or `bool:y:m`, in percent; undefined when out of range. */
export function parseProbabilities(text: string | undefined): Probabilities | undefined {
  const numbers = (text ?? '')
    .split(':')
    .slice(0, 3)
    .flatMap((part) => (part === '' ? [] : [Number.parseInt(part, 10)]))
  if (numbers.some((number) => !(number >= 0 && number <= 100))) return undefined
  const [a = 0, b = 0, c = 0] = numbers
  const half = Math.trunc(a / 2)
  const found: Probabilities =
    numbers.length === 0
      ? { boolYes: 50, tristateYes: 33, tristateMod: 33 }
      : numbers.length === 1
        ? { boolYes: a, tristateYes: a - half, tristateMod: half }
        : numbers.length === 2
          ? { boolYes: a + b, tristateYes: a, tristateMod: b }
          : { boolYes: a, tristateYes: b, tristateMod: c }
  return found.tristateYes + found.tristateMod > 100 ? undefined : found
}

const isBoolean = ({ type }: KSymbol): boolean => type === 'bool' || type === 'tristate'

/** Gives every new symbol the value of the mode. */
export function setAll(config: Config, mode: AllMode): void {
  if (config.tree.rules === '6.12') return setAllInMenus(config, mode)
  const symbols = inHashOrder(config.tree.symbols)
  for (const symbol of symbols) {
    if (config.hasUserValue(symbol) || config.isComputed(symbol) || !isBoolean(symbol)) continue
    if (mode === 'default') continue
    const value = mode === 'yes' || (mode === 'no' && symbol.allnoconfigY) ? YES : mode === 'mod' ? MOD : NO
    config.putUserTristate(symbol, value)
    config.markUser(symbol, true)
  }
  config.invalidate()
  for (const symbol of symbols) {
    const isNewChoice = symbol.kind === 'choice' && !config.hasUserValue(symbol)
    if (isNewChoice || symbol.choice !== undefined) config.fillChoiceLater(symbol)
  }
  for (const symbol of symbols) {
    if (symbol.kind !== 'choice' || config.hasUserValue(symbol)) continue
    config.tristate(symbol)
    config.fillChoice(symbol)
  }
}

/** Gives every new symbol a random value; `random` returns numbers from 0 to 2^31 - 1. */
export function setRandom(config: Config, probabilities: Probabilities, random: () => number): void {
  if (config.tree.rules === '6.12') return setRandomInMenus(config, probabilities, random)
  while (randomRound(config, probabilities, random));
}

/** Choices that become visible by the answers of one round are answered in the next. */
function randomRound(config: Config, probabilities: Probabilities, random: () => number): boolean {
  const symbols = inHashOrder(config.tree.symbols)
  let changed = false
  for (const symbol of symbols) {
    if (config.hasUserValue(symbol) || config.isComputed(symbol) || !isBoolean(symbol)) continue
    changed = true
    config.putUserTristate(symbol, randomValue(symbol, probabilities, random() % 100))
    if (symbol.kind !== 'choice') config.markUser(symbol, true)
  }
  config.invalidate()
  for (const symbol of symbols) {
    if (symbol.kind !== 'choice' || config.hasUserValue(symbol)) continue
    if (randomChoice(config, symbol, random)) changed = true
  }
  return changed
}

function randomValue(symbol: KSymbol, probabilities: Probabilities, percent: number): Tristate {
  if (symbol.type !== 'tristate') return percent < probabilities.boolYes ? YES : NO
  if (percent < probabilities.tristateYes) return YES
  return percent < probabilities.tristateYes + probabilities.tristateMod ? MOD : NO
}

function randomChoice(config: Config, choice: KSymbol, random: () => number): boolean {
  if (config.tristate(choice) !== YES) return false
  const chosen = choice.values[random() % choice.values.length]
  for (const value of choice.values) {
    config.putUserTristate(value, value === chosen ? YES : NO)
    config.markUser(value, true)
    config.forget(value)
  }
  config.putUserChoice(choice, chosen)
  config.markUser(choice, true)
  config.forget(choice)
  return true
}

/** Linux 6.12 goes by the menus and gives values to what has a prompt; choices answer for themselves. */
function setAllInMenus(config: Config, mode: AllMode): void {
  if (mode !== 'default')
    for (const symbol of newSymbolsInMenus(config))
      if (symbol.kind !== 'choice') put(config, symbol, mode === 'yes' ? YES : mode === 'mod' ? MOD : NO)
  config.invalidate()
}

function setRandomInMenus(config: Config, probabilities: Probabilities, random: () => number): void {
  for (const symbol of newSymbolsInMenus(config)) {
    if (symbol.kind === 'choice') randomRanks(config, symbol, random)
    else put(config, symbol, randomValue(symbol, probabilities, random() % 100))
  }
  config.invalidate()
}

function* newSymbolsInMenus(config: Config): Iterable<KSymbol> {
  for (const { symbol, kind, prompt } of config.tree.nodes) {
    if (symbol === undefined || kind === 'defaults' || prompt === undefined || !isBoolean(symbol)) continue
    if (symbol.choice === undefined && (symbol.kind === 'choice' || !config.hasUserValue(symbol)))
      yield symbol
  }
}

function put(config: Config, symbol: KSymbol, value: Tristate): void {
  config.putUserTristate(symbol, value)
  config.markUser(symbol, true)
}

/** Every value of a choice is y; which one counts is random. */
function randomRanks(config: Config, choice: KSymbol, random: () => number): void {
  const left = choice.values.filter((value) => !config.hasUserValue(value))
  while (left.length > 0) {
    const [value] = left.splice(random() % left.length, 1)
    if (value === undefined) return
    put(config, value, YES)
    config.rankLast(value)
  }
}

/** Turns the user's values `from` of tristates into `to`. */
export function rewriteTristates(config: Config, from: Tristate, to: Tristate): void {
  for (const symbol of config.tree.symbols) {
    if (config.effectiveType(symbol) === 'tristate' && config.userTristate(symbol) === from)
      config.putUserTristate(symbol, to)
  }
  config.invalidate()
}
