/** Which symbols the value of a symbol can depend on, read off the tree without evaluating anything. */
import type { Expr, KSymbol, MenuNode, Property } from './model.ts'

/** Adds the symbols that `expr` names to `into`. */
export function collectSymbols(expr: Expr | undefined, into: Set<KSymbol>): void {
  if (expr === undefined) return
  switch (expr.kind) {
    case 'symbol':
      into.add(expr.symbol)
      return
    case 'compare':
      into.add(expr.left).add(expr.right)
      return
    case 'not':
      return collectSymbols(expr.operand, into)
    default:
      for (const operand of expr.operands) collectSymbols(operand, into)
  }
}

/** What everything in and around an entry depends on. */
function collectEntry(entry: MenuNode, into: Set<KSymbol>): void {
  for (let node: MenuNode | undefined = entry; node; node = node.parent) {
    collectSymbols(node.dependsOn, into)
    collectSymbols(node.visibleIf, into)
    if (node !== entry && node.kind === 'choice') {
      if (node.symbol !== undefined) into.add(node.symbol)
      // The choice stands for its own dependencies, but not for what hides its menu.
      for (let menu = node.parent; menu; menu = menu.parent) collectSymbols(menu.visibleIf, into)
      return
    }
  }
}

function collectProperty(property: Property, into: Set<KSymbol>): void {
  collectSymbols(property.condition, into)
  if (property.kind === 'default') collectSymbols(property.value, into)
  else if (property.kind === 'range') into.add(property.low).add(property.high)
}

/**
 * The symbols that evaluating `symbol` may look at, constants and itself left out. For a choice these include its
 * values' conditions; a value depends on its choice.
 */
export function dependenciesOf(symbol: KSymbol): KSymbol[] {
  const found = new Set<KSymbol>()
  for (const node of symbol.nodes) collectEntry(node, found)
  for (const property of symbol.properties) {
    if (property.kind === 'select' || property.kind === 'imply') continue
    collectProperty(property, found)
    collectEntry(property.node, found)
  }
  for (const property of [...symbol.selectedBy, ...symbol.impliedBy]) {
    if (property.kind === 'select' || property.kind === 'imply') found.add(property.selector)
    collectSymbols(property.condition, found)
    collectEntry(property.node, found)
  }
  if (symbol.choice !== undefined) found.add(symbol.choice)
  for (const value of symbol.values) {
    for (const node of value.nodes) collectEntry(node, found)
    for (const property of value.properties) if (property.kind !== 'select') collectProperty(property, found)
    found.delete(value)
  }
  found.delete(symbol)
  return [...found].filter(({ kind }) => kind !== 'constant')
}
