/** Finds assignments that turn a symbol on, by trying them on a copy of the configuration. */
import type { Expr, KSymbol, MenuNode, Property, Tristate } from '../lang/model.ts'
import { MOD, NO, YES } from '../lang/model.ts'
import { setTristate, setValue } from './assign.ts'
import { tristateName, type Config } from './config.ts'

/** One assignment, in the order in which they have to be made. */
export interface Step {
  readonly name: string
  readonly value: string
  /** Where the prompt stands, for a person who looks for it. */
  readonly file: string
  readonly line: number
}

const TRIES_MAX = 400
const DEPTH_MAX = 24

/** The steps, or undefined when none were found; no steps when the symbol is on. */
export function planToEnable(config: Config, symbol: KSymbol): readonly Step[] | undefined {
  const search = new Search(config)
  return search.raise(symbol, symbol.type === 'tristate' ? MOD : YES) ? search.steps : undefined
}

class Search {
  #config: Config
  #tries = 0
  readonly #pending = new Set<KSymbol>()
  steps: readonly Step[] = []

  constructor(config: Config) {
    this.#config = config.clone()
  }

  /** Brings a symbol to at least `value`. */
  raise(symbol: KSymbol, value: Tristate): boolean {
    if (this.#config.tristate(symbol) >= value) return true
    if (symbol.nodes.length === 0 || this.#pending.has(symbol) || this.#pending.size >= DEPTH_MAX)
      return false
    this.#pending.add(symbol)
    const ok =
      this.#set(symbol, value) ||
      this.#byPrompt(symbol, value) ||
      symbol.selectedBy.some((property) => this.#bySelect(symbol, property, value)) ||
      symbol.properties.some((property) => this.#byDefault(symbol, property, value))
    this.#pending.delete(symbol)
    return ok
  }

  /** Does `attempt`; when it fails, everything it set is taken back. */
  #attempt(attempt: () => boolean): boolean {
    if (++this.#tries > TRIES_MAX) return false
    const { steps } = this
    const before = this.#config.clone()
    if (attempt()) return true
    this.#config = before
    this.steps = steps
    return false
  }

  #set(symbol: KSymbol, value: Tristate): boolean {
    if (this.#config.tristate(symbol) >= value) return true
    for (const wish of value === MOD ? [YES, MOD] : [value]) {
      if (setTristate(this.#config, symbol, wish as Tristate) && this.#config.tristate(symbol) >= value) {
        this.#note(symbol, tristateName(wish as Tristate))
        return true
      }
    }
    return false
  }

  #note(symbol: KSymbol, value: string): void {
    const node = symbol.nodes.find(({ prompt }) => prompt !== undefined) ?? symbol.nodes[0]
    if (node === undefined) return
    this.steps = [...this.steps, { name: symbol.name, value, file: node.file, line: node.line }]
  }

  #byPrompt(symbol: KSymbol, value: Tristate): boolean {
    return symbol.properties.some(
      (property) =>
        (property.kind === 'prompt' || property.kind === 'menu') &&
        this.#attempt(() => this.#satisfyProperty(property, value) && this.#set(symbol, value)),
    )
  }

  #bySelect(symbol: KSymbol, property: Property, value: Tristate): boolean {
    if (property.kind !== 'select') return false
    return this.#attempt(
      () =>
        this.raise(property.selector, value) &&
        this.#satisfyProperty(property, value) &&
        this.#config.tristate(symbol) >= value,
    )
  }

  #byDefault(symbol: KSymbol, property: Property, value: Tristate): boolean {
    if (property.kind !== 'default') return false
    return this.#attempt(
      () =>
        this.#satisfyProperty(property, value) &&
        this.#satisfy(property.value, value) &&
        this.#config.tristate(symbol) >= value,
    )
  }

  #satisfyProperty(property: Property, value: Tristate): boolean {
    const isPrompt = property.kind === 'prompt' || property.kind === 'menu'
    const around: (Expr | undefined)[] = []
    for (let node: MenuNode | undefined = property.node; node; node = node.parent) {
      around.push(node.dependsOn)
      if (isPrompt && node !== property.node) around.push(node.visibleIf)
    }
    return [...around.reverse(), property.condition].every((expr) => this.#satisfy(expr, value))
  }

  #satisfy(expr: Expr | undefined, value: Tristate): boolean {
    if (expr === undefined || this.#config.evaluate(expr) >= value) return true
    switch (expr.kind) {
      case 'symbol':
        return this.raise(expr.symbol, value)
      case 'and':
        return (
          expr.operands.every((operand) => this.#satisfy(operand, value)) &&
          this.#config.evaluate(expr) >= value
        )
      case 'or':
        return expr.operands.some((operand) => this.#attempt(() => this.#satisfy(operand, value)))
      case 'not':
        return expr.operand.kind === 'symbol' && this.#lower(expr.operand.symbol)
      case 'compare':
        return this.#satisfyComparison(expr)
    }
  }

  #lower(symbol: KSymbol): boolean {
    if (this.#config.tristate(symbol) === NO) return true
    if (!setTristate(this.#config, symbol, NO) || this.#config.tristate(symbol) !== NO) return false
    this.#note(symbol, 'n')
    return true
  }

  #satisfyComparison(expr: Expr & { kind: 'compare' }): boolean {
    const { left, right, op } = expr
    if (op === '=' && right.kind === 'constant' && this.#assign(left, right.name)) return true
    if (op === '!=' && right.name === 'n' && this.raise(left, MOD)) return true
    return op === '!=' && right.name !== 'n' && this.#lower(left)
  }

  #assign(symbol: KSymbol, text: string): boolean {
    if (text === 'n') return this.#lower(symbol)
    if (text === 'y') return this.raise(symbol, YES)
    if (!setValue(this.#config, symbol, text) || this.#config.value(symbol) !== text) return false
    this.#note(symbol, text)
    return true
  }
}
