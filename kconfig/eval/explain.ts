/** Says where a value came from, what keeps it from being more, and what to change to turn it on. */
import { expressionText } from '../lang/text.ts'
import type { Expr, KSymbol, MenuNode, Place, Property, Tristate } from '../lang/model.ts'
import { NO, YES } from '../lang/model.ts'
import { tristateName, type Config, type TristateName } from './config.ts'
import { planToEnable, type Step } from './enable.ts'

/** A select or imply that counts now. */
export interface Selector extends Place {
  readonly name: string
  readonly value: TristateName
  /** The `if` of the select, if it has one. */
  readonly condition: string | undefined
}

/** Where a value came from. */
export type Origin =
  | { readonly kind: 'user' }
  | { readonly kind: 'default'; readonly at: Place; readonly expression: string; readonly condition: string }
  | { readonly kind: 'selected'; readonly by: readonly Selector[] }
  | { readonly kind: 'implied'; readonly by: readonly Selector[] }
  /** `chosen` is the value of its choice that is y. */
  | { readonly kind: 'choice'; readonly at: Place; readonly chosen: string | undefined }
  /** The value was put into its range. */
  | { readonly kind: 'range'; readonly at: Place; readonly low: string; readonly high: string }
  | { readonly kind: 'environment'; readonly variable: string }
  /** No default counts: n, or empty. */
  | { readonly kind: 'nothing' }
  /** Nothing in the tree defines it. */
  | { readonly kind: 'undefined' }

/** A part of a condition that is not y. */
export interface Obstacle extends Place {
  /** The smallest part that decides: a symbol, a comparison, or a negation. */
  readonly expression: string
  readonly value: TristateName
  /** The symbols in it. */
  readonly symbols: readonly string[]
  /** What says so: the entry itself, or a menu, `if` or choice around it. */
  readonly from: MenuNode['kind']
}

export interface Explanation {
  readonly name: string
  readonly type: KSymbol['type']
  readonly value: string
  readonly definedAt: readonly Place[]
  readonly origin: Origin
  /** What the user asked for, when the value is another. */
  readonly wanted: string | undefined
  /** What keeps it from being y, or a number or text from being changed; empty when nothing does. */
  readonly heldDownBy: readonly Obstacle[]
  /** What keeps it from being n. */
  readonly heldUpBy: readonly Selector[]
  /** Assignments that turn it on, in order; undefined when none were found or it is on. */
  readonly toEnable: readonly Step[] | undefined
}

/**
 * Explains the value of a symbol. Finding `toEnable` takes computed copies of the configuration; `plan: false` leaves it
 * out.
 */
export function explain(
  config: Config,
  symbol: KSymbol,
  { plan = true }: { readonly plan?: boolean } = {},
): Explanation {
  const value = config.value(symbol)
  const isBoolean = symbol.type === 'bool' || symbol.type === 'tristate'
  const wanted = wantedValue(config, symbol)
  return {
    name: symbol.name,
    type: symbol.type,
    value,
    definedAt: symbol.nodes.map(placeOf),
    origin: originOf(config, symbol),
    wanted: wanted === value ? undefined : wanted,
    heldDownBy: obstaclesOf(config, symbol),
    heldUpBy: selectorsOf(config, symbol.selectedBy),
    toEnable: plan && isBoolean && value === 'n' ? planToEnable(config, symbol) : undefined,
  }
}

const placeOf = ({ file, line }: Place): Place => ({ file, line })

function wantedValue(config: Config, symbol: KSymbol): string | undefined {
  if (!config.hasUserValue(symbol)) return undefined
  const isBoolean = symbol.type === 'bool' || symbol.type === 'tristate'
  return isBoolean ? tristateName(config.userTristate(symbol)) : config.userText(symbol)
}

function originOf(config: Config, symbol: KSymbol): Origin {
  if (symbol.nodes.length === 0) return { kind: 'undefined' }
  if (symbol.env !== undefined) return { kind: 'environment', variable: symbol.env }
  const isVisible = config.visibility(symbol) !== NO
  if (symbol.type !== 'bool' && symbol.type !== 'tristate') return textOrigin(config, symbol, isVisible)
  const value = config.tristate(symbol)
  const { choice } = symbol
  const [choiceEntry] = choice?.nodes ?? []
  if (
    choice !== undefined &&
    choiceEntry !== undefined &&
    config.visibility(symbol) === YES &&
    config.tristate(choice) === YES
  ) {
    const isUsers =
      config.tree.rules === '6.12'
        ? config.hasUserValue(symbol) && config.userTristate(symbol) === YES
        : config.userChoice(choice) === symbol
    if (value === YES && isUsers) return { kind: 'user' }
    return { kind: 'choice', at: placeOf(choiceEntry), chosen: config.chosen(choice)?.name }
  }
  const user = isVisible && config.hasUserValue(symbol)
  if (value !== NO && config.selected(symbol) === value && !(user && config.userTristate(symbol) >= value))
    return { kind: 'selected', by: selectorsOf(config, symbol.selectedBy) }
  if (user) return { kind: 'user' }
  const byDefault = config.active(symbol, 'default')
  const defaultValue = byDefault
    ? Math.min(config.evaluate(byDefault.value), config.propertyCondition(byDefault))
    : NO
  if (value !== NO && config.implied(symbol) > defaultValue)
    return { kind: 'implied', by: selectorsOf(config, symbol.impliedBy) }
  return byDefault ? defaultOrigin(byDefault) : { kind: 'nothing' }
}

function textOrigin(config: Config, symbol: KSymbol, isVisible: boolean): Origin {
  const range = config.active(symbol, 'range')
  const user = isVisible && config.hasUserValue(symbol) ? config.userText(symbol) : undefined
  const byDefault = config.active(symbol, 'default')
  const source = byDefault?.value.kind === 'symbol' ? config.value(byDefault.value.symbol) : ''
  if (range !== undefined && (user ?? source) !== config.value(symbol))
    return { kind: 'range', at: placeOf(range), low: config.value(range.low), high: config.value(range.high) }
  if (user !== undefined) return { kind: 'user' }
  return byDefault ? defaultOrigin(byDefault) : { kind: 'nothing' }
}

function defaultOrigin(property: Property & { kind: 'default' }): Origin {
  return {
    kind: 'default',
    at: placeOf(property),
    expression: expressionText(property.value),
    condition: expressionText(property.condition),
  }
}

/** The selects or implies that are on, strongest first. */
function selectorsOf(config: Config, properties: readonly Property[]): Selector[] {
  const found: (Selector & { readonly strength: Tristate })[] = []
  for (const property of properties) {
    if (property.kind !== 'select' && property.kind !== 'imply') continue
    const strength = Math.min(
      config.tristate(property.selector),
      config.propertyCondition(property),
    ) as Tristate
    if (strength === NO) continue
    found.push({
      name: property.selector.name,
      value: tristateName(strength),
      condition: property.condition && expressionText(property.condition),
      strength,
      ...placeOf(property),
    })
  }
  return found.sort((a, b) => b.strength - a.strength).map(({ strength: _, ...selector }) => selector)
}

function obstaclesOf(config: Config, symbol: KSymbol): Obstacle[] {
  const isBoolean = symbol.type === 'bool' || symbol.type === 'tristate'
  if (isBoolean ? config.tristate(symbol) === YES : config.visibility(symbol) !== NO) return []
  const found: Obstacle[] = []
  const seen = new Set<string>()
  const add = (expr: Expr | undefined, { file, line, kind }: MenuNode): void => {
    for (const part of failingParts(config, expr)) {
      const expression = expressionText(part)
      if (seen.has(expression)) continue
      seen.add(expression)
      found.push({
        expression,
        value: tristateName(config.evaluate(part)),
        symbols: symbolNames(part),
        from: kind,
        file,
        line,
      })
    }
  }
  for (const node of symbol.nodes) {
    for (let around: MenuNode | undefined = node; around; around = around.parent) {
      add(around.dependsOn, around)
      if (around !== node) add(around.visibleIf, around)
    }
    for (const property of symbol.properties)
      if (property.node === node && (property.kind === 'prompt' || property.kind === 'menu'))
        add(property.condition, node)
  }
  return found
}

/** The smallest parts of a condition that keep it below y. */
function failingParts(config: Config, expr: Expr | undefined): Expr[] {
  if (expr === undefined || config.evaluate(expr) === YES) return []
  return expr.kind === 'and' || expr.kind === 'or'
    ? expr.operands.flatMap((operand) => failingParts(config, operand))
    : [expr]
}

function symbolNames(expr: Expr): string[] {
  switch (expr.kind) {
    case 'symbol':
      return expr.symbol.kind === 'symbol' ? [expr.symbol.name] : []
    case 'compare':
      return [expr.left, expr.right].flatMap(({ kind, name }) => (kind === 'symbol' ? [name] : []))
    case 'not':
      return symbolNames(expr.operand)
    default:
      return expr.operands.flatMap(symbolNames)
  }
}
