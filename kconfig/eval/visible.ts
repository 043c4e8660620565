/** Which entries a menu shows. */
import type { Layout } from '../lang/layout.ts'
import type { MenuNode } from '../lang/model.ts'
import { NO } from '../lang/model.ts'
import type { Config } from './config.ts'

/**
 * The entry can be seen: its prompt is visible, or it is on and something below it can be seen. In the second case it
 * counts as answered by the user from now on, as in Linux.
 */
export function isMenuVisible(config: Config, layout: Layout, node: MenuNode): boolean {
  const { prompt, symbol } = node
  if (prompt === undefined) return false
  if (node.visibleIf !== undefined && config.evaluate(node.visibleIf) === NO) return false
  if (symbol === undefined) return config.propertyCondition(prompt) !== NO
  if (symbol.type === 'unknown') return false
  // Computing a choice is what finds out whether it is new.
  config.tristate(symbol)
  if (config.promptVisibility(symbol, prompt) !== NO) return true
  if (config.tristate(symbol) === NO) return false
  if (!layout.children(node).some((child) => isMenuVisible(config, layout, child))) return false
  config.markUser(symbol, true)
  return true
}
