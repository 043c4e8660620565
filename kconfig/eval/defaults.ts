/** The value a symbol has if the user says nothing about it. */
import type { KSymbol, Tristate } from '../lang/model.ts'
import { MOD, NO, YES } from '../lang/model.ts'
import { tristateName, type Config } from './config.ts'

/** As .config would write it, without quotes. Ranges are left aside, as in Linux. */
export function defaultValue(config: Config, symbol: KSymbol): string {
  const property = config.active(symbol, 'default')
  if (symbol.type !== 'bool' && symbol.type !== 'tristate') {
    return property?.value.kind === 'symbol' ? config.value(property.value.symbol) : ''
  }
  let value: Tristate = NO
  if (property !== undefined)
    value = Math.min(config.evaluate(property.value), config.propertyCondition(property)) as Tristate
  value = Math.max(value, config.selected(symbol)) as Tristate
  const noModules = config.tristate(config.tree.modules) === NO
  if (value === MOD && (symbol.type === 'bool' || (symbol.choice === undefined && noModules))) value = YES
  return tristateName(Math.max(value, config.implied(symbol)) as Tristate)
}
