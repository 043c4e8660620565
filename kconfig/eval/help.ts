/** What C conf prints about a symbol: its help, where it stands, what it depends on and who selects it. */
import type { Arranged } from '../lang/arrange.ts'
import { and } from '../lang/expressions.ts'
import type { Expr, KSymbol, MenuNode, PromptProperty, Tristate } from '../lang/model.ts'
import { MOD, NO, YES } from '../lang/model.ts'
import { typeName } from '../lang/reports.ts'
import { helpText } from '../lang/scanner.ts'
import type { Simplifier } from '../lang/simplify.ts'
import { expressionText, type Annotate } from '../lang/text.ts'
import type { Config } from './config.ts'

const LOCATION_MAX = 8
const NO_HELP = 'There is no help available for this option.'

/** The help of an entry with everything about its symbol. */
export function extendedHelp(config: Config, arranged: Arranged, node: MenuNode): string {
  const { symbol, help } = node
  const heading = help !== undefined && symbol?.name ? `${config.tree.prefix}${symbol.name}:\n\n` : ''
  const text = `${heading}${help === undefined ? NO_HELP : helpText(help)}\n`
  return symbol === undefined ? text : text + symbolDetails(config, arranged, symbol)
}

/** Everything about a symbol but its help: type, prompts with their places, selects. */
export function symbolDetails(config: Config, arranged: Arranged, symbol: KSymbol): string {
  const annotate = valueNote(config)
  let text = ''
  if (symbol.name !== '') {
    text += `Symbol: ${symbol.name} [=${config.value(symbol)}]\nType  : ${typeName(symbol.type)}\n`
    const range = symbol.type === 'int' || symbol.type === 'hex' ? config.active(symbol, 'range') : undefined
    if (range !== undefined) {
      const [low, high] = [range.low, range.high].map((limit) => limit.name + annotate(limit))
      text += `Range : [${low} ${high}]\n`
    }
  }
  for (const { prompt, ...node } of symbol.nodes.filter((each) => each.prompt !== undefined))
    text += definedAt(node) + (prompt === undefined ? '' : promptDetails(config, arranged, prompt))
  for (const node of symbol.nodes.filter((each) => each.prompt === undefined))
    text += definedAt(node) + condition('  Depends on: ', arranged.simplifier.dependency(node), annotate)
  text += targets(symbol, 'select', 'Selects: ', annotate)
  text += selectorsByValue(config, arranged, symbol, 'Selected', '')
  text += targets(symbol, 'imply', 'Implies: ', annotate)
  text += selectorsByValue(config, arranged, symbol, 'Implied', '')
  return `${text}\n\n`
}

/** ` [=value]` after every symbol that has a type. */
export function valueNote(config: Config): Annotate {
  return (symbol) => (symbol.type === 'unknown' ? '' : ` [=${config.value(symbol)}]`)
}

const definedAt = ({ file, line }: { file: string; line: number }): string => `Defined at ${file}:${line}\n`

function condition(label: string, expr: Expr | undefined, annotate: Annotate): string {
  const isYes =
    expr === undefined ||
    (expr.kind === 'symbol' && expr.symbol.kind === 'constant' && expr.symbol.name === 'y')
  return isYes ? '' : `${label}${expressionText(expr, annotate)}\n`
}

function promptDetails(config: Config, { layout, simplifier }: Arranged, prompt: PromptProperty): string {
  const annotate = valueNote(config)
  const { node } = prompt
  const dependsOn = simplifier.dependency(node)
  const visible = simplifier.condition(prompt)
  let text = `  Prompt: ${prompt.text}\n${condition('  Depends on: ', dependsOn, annotate)}`
  const same =
    dependsOn === undefined || visible === undefined
      ? dependsOn === visible
      : simplifier.equal(dependsOn, visible)
  if (!same) text += condition('  Visible if: ', visible, annotate)
  const path: MenuNode[] = []
  for (let menu: MenuNode | undefined = node; menu?.kind !== 'root' && path.length < LOCATION_MAX;) {
    if (menu === undefined) break
    path.unshift(menu)
    menu = layout.parent(menu)
  }
  text += '  Location:\n'
  path.forEach((menu, i) => {
    const { symbol } = menu
    const value = symbol === undefined ? '' : ` (${symbol.name || '<choice>'} [=${config.value(symbol)}])`
    text += `${' '.repeat(4 + 2 * i)}-> ${menu.prompt?.text ?? symbol?.name ?? ''}${value}\n`
  })
  return text
}

function targets(symbol: KSymbol, kind: 'select' | 'imply', label: string, annotate: Annotate): string {
  const names = symbol.properties.flatMap((property) =>
    property.kind === kind ? [property.target.name + annotate(property.target)] : [],
  )
  return names.length === 0 ? '' : `${label}${names.join(' && ')}\n`
}

/** The selects or implies of a symbol, in a paragraph for each of y, m and n. */
function selectorsByValue(
  config: Config,
  arranged: Arranged,
  symbol: KSymbol,
  kind: 'Selected' | 'Implied',
  indent: string,
): string {
  return ([YES, MOD, NO] as const)
    .map((value) => selectorsWith(config, arranged, symbol, kind, value, indent))
    .join('')
}

/** Those whose select is worth `value` now. */
export function selectorsWith(
  config: Config,
  { simplifier }: Arranged,
  symbol: KSymbol,
  kind: 'Selected' | 'Implied',
  value: Tristate,
  indent: string,
): string {
  const annotate = valueNote(config)
  const lines = terms(config, simplifier, symbol, kind).flatMap((expr) =>
    config.evaluate(expr) === value ? [`  - ${expressionText(expr, annotate)}\n`] : [],
  )
  return lines.length === 0 ? '' : `${indent}${kind} by [${'nmy'.charAt(value)}]:\n${lines.join('')}`
}

function terms(
  config: Config,
  simplifier: Simplifier,
  symbol: KSymbol,
  kind: 'Selected' | 'Implied',
): Expr[] {
  const found: Expr[] = []
  for (const property of kind === 'Selected' ? symbol.selectedBy : symbol.impliedBy) {
    if (property.kind !== 'select' && property.kind !== 'imply') continue
    const term = and({ kind: 'symbol', symbol: property.selector }, simplifier.condition(property))
    if (term !== undefined) found.push(term)
  }
  const [, mod] = config.tree.symbols
  if (kind === 'Selected' && symbol.kind === 'choice' && !symbol.optional && mod !== undefined) {
    for (const { prompt } of symbol.nodes) {
      const term = prompt && and(simplifier.condition(prompt), { kind: 'symbol', symbol: mod })
      if (term !== undefined) found.push(term)
    }
  }
  return found
}

/** The warning about a symbol that is selected although what it depends on is off. */
export function unmetWarning(config: Config, arranged: Arranged, symbol: KSymbol): string {
  const operands = symbol.nodes.flatMap((node) => arranged.simplifier.dependency(node) ?? [])
  const [only] = operands
  const dependsOn: Expr | undefined = operands.length > 1 ? { kind: 'or', operands } : only
  return (
    `\nWARNING: unmet direct dependencies detected for ${symbol.name}\n` +
    `  Depends on [${config.dependency(symbol) === MOD ? 'm' : 'n'}]: ${expressionText(dependsOn, valueNote(config))}\n` +
    selectorsWith(config, arranged, symbol, 'Selected', YES, '  ') +
    selectorsWith(config, arranged, symbol, 'Selected', MOD, '  ')
  )
}
