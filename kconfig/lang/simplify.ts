/**
 * Full conditions (what encloses an entry joined with what it says itself) and their simplification, as C conf prints
 * them and as it decides which entries become a submenu of the entry before them. The evaluator needs none of this.
 */
import { and } from './expressions.ts'
import type { CompareOp, Expr, KSymbol, MenuNode, Property, Rules } from './model.ts'

/** Runs longer than this are left as they are: the comparison is quadratic. */
const OPERANDS_MAX = 200

/** The three constants, which every tree has at these places in `symbols`. */
export interface Constants {
  readonly no: KSymbol
  readonly mod: KSymbol
  readonly yes: KSymbol
}

export function constantsOf(symbols: readonly KSymbol[]): Constants {
  const [no, mod, yes] = symbols
  if (no === undefined || mod === undefined || yes === undefined) throw new Error('a tree without constants')
  return { no, mod, yes }
}

const OPPOSITE: Readonly<Record<CompareOp, CompareOp>> = {
  '=': '!=',
  '!=': '=',
  '<': '>=',
  '>=': '<',
  '>': '<=',
  '<=': '>',
}

export class Simplifier {
  readonly #constants: Constants
  readonly #depths = new Map<MenuNode, Expr | undefined>()
  readonly #conditions = new Map<Property, Expr | undefined>()
  readonly #rules: Rules

  constructor(symbols: readonly KSymbol[], rules: Rules = '6.1') {
    this.#rules = rules
    this.#constants = constantsOf(symbols)
  }

  /** What an entry depends on, with everything around it; undefined for nothing. */
  dependency(node: MenuNode): Expr | undefined {
    if (this.#depths.has(node)) return this.#depths.get(node)
    const outer = node.parent && this.#inherited(node.parent)
    const own = node.dependsOn && this.transform(node.dependsOn)
    const joined = and(outer, own)
    const simple = joined && this.withoutDuplicates(joined)
    this.#depths.set(node, simple)
    return simple
  }

  /** The children of a choice depend on it, which stands for all that it depends on; not so in Linux 6.12. */
  #inherited(parent: MenuNode): Expr | undefined {
    if (parent.kind === 'choice' && parent.symbol && this.#rules === '6.1')
      return { kind: 'symbol', symbol: parent.symbol }
    return this.dependency(parent)
  }

  /** When a property counts, with everything around it; undefined for always. */
  condition(property: Property): Expr | undefined {
    if (this.#conditions.has(property)) return this.#conditions.get(property)
    let own = property.condition
    if (property.kind === 'prompt' || (property.kind === 'menu' && property.node.symbol !== undefined)) {
      for (let menu = property.node.parent; menu; menu = menu.parent) own = and(own, menu.visibleIf)
    }
    const joined = and(this.dependency(property.node), own && this.transform(own))
    const simple = joined && this.withoutDuplicates(joined)
    this.#conditions.set(property, simple)
    return simple
  }

  /** Pushes negations down to symbols and turns comparisons of bools with y and n into the bool itself. */
  transform(expr: Expr): Expr {
    switch (expr.kind) {
      case 'symbol':
        return expr
      case 'compare':
        return this.#transformComparison(expr)
      case 'and':
      case 'or':
        return joined(
          expr.kind,
          expr.operands.map((operand) => this.transform(operand)),
        )
      case 'not':
        return this.#negated(this.transform(expr.operand))
    }
  }

  #negated(inner: Expr): Expr {
    const { no, mod, yes } = this.#constants
    switch (inner.kind) {
      case 'not':
        return inner.operand
      case 'compare':
        return this.#transformComparison({ ...inner, op: OPPOSITE[inner.op] })
      case 'and':
      case 'or':
        return joined(
          inner.kind === 'and' ? 'or' : 'and',
          inner.operands.map((operand) => this.#negated(operand)),
        )
      case 'symbol':
        if (inner.symbol === yes) return { kind: 'symbol', symbol: no }
        if (inner.symbol === no) return { kind: 'symbol', symbol: yes }
        if (inner.symbol === mod) return inner
        return { kind: 'not', operand: inner }
    }
  }

  #transformComparison(expr: Expr & { kind: 'compare' }): Expr {
    const { no, mod, yes } = this.#constants
    const { op, left, right } = expr
    if (left.type !== 'bool' || (op !== '=' && op !== '!=')) return expr
    if (right === mod) return { kind: 'symbol', symbol: op === '=' ? no : yes }
    if (right !== yes && right !== no) return expr
    const symbol: Expr = { kind: 'symbol', symbol: left }
    return (op === '=') === (right === yes) ? symbol : { kind: 'not', operand: symbol }
  }

  /** Joins equal and related operands: `A && B && A` is `B && A`. */
  withoutDuplicates(expr: Expr): Expr {
    if (expr.kind !== 'and' && expr.kind !== 'or') return expr
    const { kind } = expr
    let operands = expr.operands.map((operand) => this.withoutDuplicates(operand))
    if (operands.length > OPERANDS_MAX) return joined(kind, operands)
    const neutral = kind === 'and' ? this.#constants.yes : this.#constants.no
    for (let changed = true; changed;) {
      changed = false
      for (let i = 0; i < operands.length; i++) {
        for (let j = 0; j < operands.length; j++) {
          const [a, b] = [operands[i], operands[j]]
          if (i === j || a === undefined || b === undefined || isSymbol(a, neutral)) continue
          const both = kind === 'and' ? this.#both(a, b) : this.#either(a, b)
          if (both === undefined) continue
          operands[i] = { kind: 'symbol', symbol: neutral }
          operands[j] = both
          changed = true
        }
      }
      if (!changed) break
      const simple = this.#withoutConstants(kind, operands)
      if (simple.kind !== kind) return simple
      operands = [...simple.operands]
    }
    return joined(kind, operands)
  }

  #withoutConstants(kind: 'and' | 'or', operands: readonly Expr[]): Expr {
    const { no, yes } = this.#constants
    const neutral = kind === 'and' ? yes : no
    const absorbing = kind === 'and' ? no : yes
    const flat = joined(kind, operands)
    if (flat.kind !== kind) return flat
    if (flat.operands.some((operand) => isSymbol(operand, absorbing)))
      return { kind: 'symbol', symbol: absorbing }
    const rest = flat.operands.filter((operand) => !isSymbol(operand, neutral))
    return rest.length === 0 ? { kind: 'symbol', symbol: neutral } : joined(kind, rest)
  }

  /** One expression for `a || b`, where there is one. */
  #either(a: Expr, b: Expr): Expr | undefined {
    const { no, mod, yes } = this.#constants
    if (this.equal(a, b)) return b
    const symbol = commonSymbol(a, b)
    if (symbol === undefined) return undefined
    if (
      symbol.type === 'tristate' &&
      a.kind === 'compare' &&
      b.kind === 'compare' &&
      a.op === '=' &&
      b.op === '='
    ) {
      const has = (x: KSymbol, y: KSymbol) =>
        (a.right === x && b.right === y) || (a.right === y && b.right === x)
      if (has(yes, mod)) return { kind: 'compare', op: '!=', left: symbol, right: no }
      if (has(yes, no)) return { kind: 'compare', op: '!=', left: symbol, right: mod }
      if (has(mod, no)) return { kind: 'compare', op: '!=', left: symbol, right: yes }
    }
    if (symbol.type === 'bool') {
      const opposite = (x: Expr, y: Expr) =>
        x.kind === 'not' && x.operand.kind === 'symbol' && y.kind === 'symbol'
      if (opposite(a, b) || opposite(b, a)) return { kind: 'symbol', symbol: yes }
    }
    return undefined
  }

  /** One expression for `a && b`, where there is one. */
  #both(a: Expr, b: Expr): Expr | undefined {
    const { no, mod, yes } = this.#constants
    if (this.equal(a, b)) return b
    const symbol = commonSymbol(a, b)
    if (symbol === undefined) return undefined
    const compare = (op: CompareOp, right: KSymbol): Expr => ({ kind: 'compare', op, left: symbol, right })
    /** One side is the symbol alone, the other compares it so. */
    const aloneWith = (op: CompareOp, right: KSymbol) =>
      (a.kind === 'symbol' && b.kind === 'compare' && b.op === op && b.right === right) ||
      (b.kind === 'symbol' && a.kind === 'compare' && a.op === op && a.right === right)
    if (aloneWith('=', yes)) return compare('=', yes)
    if (aloneWith('!=', no)) return { kind: 'symbol', symbol }
    if (aloneWith('!=', mod)) return compare('=', yes)
    if (symbol.type !== 'tristate' || a.kind !== 'compare' || b.kind !== 'compare') return undefined
    if (a.op !== b.op && (a.op === '=' || a.op === '!=') && (b.op === '=' || b.op === '!=')) {
      const [is, isNot] = a.op === '=' ? [a.right, b.right] : [b.right, a.right]
      if (is.kind !== 'constant' || isNot.kind !== 'constant') return undefined
      return is === isNot ? { kind: 'symbol', symbol: no } : compare('=', is)
    }
    if (a.op !== '!=' || b.op !== '!=') return undefined
    const has = (x: KSymbol, y: KSymbol) =>
      (a.right === x && b.right === y) || (a.right === y && b.right === x)
    if (has(yes, no)) return compare('=', mod)
    if (has(yes, mod)) return compare('=', no)
    if (has(mod, no)) return compare('=', yes)
    return undefined
  }

  /** The same operands, in whatever order. */
  equal(a: Expr, b: Expr): boolean {
    if (a.kind === 'symbol') return b.kind === 'symbol' && a.symbol === b.symbol
    if (a.kind === 'not') return b.kind === 'not' && this.equal(a.operand, b.operand)
    if (a.kind === 'compare')
      return b.kind === 'compare' && a.op === b.op && a.left === b.left && a.right === b.right
    if (b.kind !== a.kind || a.operands.length !== b.operands.length || a.operands.length > OPERANDS_MAX)
      return false
    const rest = [...b.operands]
    for (const operand of a.operands) {
      const at = rest.findIndex((candidate) => this.equal(operand, candidate))
      if (at < 0) return false
      rest.splice(at, 1)
    }
    return true
  }

  /** That `expr` is not n, as a condition over bools and comparisons. */
  isOn(expr: Expr | undefined): Expr {
    const { yes } = this.#constants
    if (expr === undefined) return { kind: 'symbol', symbol: yes }
    return this.withoutDuplicates(this.transform(this.#compareWithNo(expr, true)))
  }

  #compareWithNo(expr: Expr, isOn: boolean): Expr {
    switch (expr.kind) {
      case 'symbol':
        return { kind: 'compare', op: isOn ? '!=' : '=', left: expr.symbol, right: this.#constants.no }
      case 'not':
        return this.#compareWithNo(expr.operand, !isOn)
      case 'compare':
        return isOn ? expr : { kind: 'not', operand: expr }
      case 'and':
      case 'or': {
        const kind = (expr.kind === 'and') === isOn ? 'and' : 'or'
        return joined(
          kind,
          expr.operands.map((operand) => this.#compareWithNo(operand, isOn)),
        )
      }
    }
  }

  /** Every operand of `base` stands in `expr` too: then `expr` can only hold where `base` does. */
  implies(expr: Expr, base: Expr): boolean {
    const { yes } = this.#constants
    if (isSymbol(base, yes) || this.equal(expr, base)) return true
    const parts = expr.kind === 'and' ? expr.operands : [expr]
    const needed = base.kind === 'and' ? base.operands : [base]
    if (parts.length > OPERANDS_MAX || needed.length > OPERANDS_MAX) return false
    return needed.every((need) => parts.some((part) => this.equal(part, need)))
  }
}

function isSymbol(expr: Expr, symbol: KSymbol): boolean {
  return expr.kind === 'symbol' && expr.symbol === symbol
}

function joined(kind: 'and' | 'or', parts: readonly Expr[]): Expr {
  const [only] = parts
  if (parts.length === 1 && only !== undefined) return only
  const operands: Expr[] = []
  for (const part of parts) {
    if (part.kind !== kind) operands.push(part)
    else for (const operand of part.operands) operands.push(operand)
  }
  return { kind, operands }
}

/** The bool or tristate that both sides are about: as itself, negated, or on the left of `=` or `!=`. */
function commonSymbol(a: Expr, b: Expr): KSymbol | undefined {
  const left = subject(a)
  return left !== undefined && left === subject(b) && (left.type === 'bool' || left.type === 'tristate')
    ? left
    : undefined
}

function subject(expr: Expr): KSymbol | undefined {
  if (expr.kind === 'symbol') return expr.symbol
  if (expr.kind === 'compare') return expr.op === '=' || expr.op === '!=' ? expr.left : undefined
  return expr.kind === 'not' ? subject(expr.operand) : undefined
}

/** `symbol` occurs anywhere in the expression. */
export function mentions(expr: Expr | undefined, symbol: KSymbol): boolean {
  if (expr === undefined) return false
  switch (expr.kind) {
    case 'symbol':
      return expr.symbol === symbol
    case 'compare':
      return expr.left === symbol || expr.right === symbol
    case 'not':
      return mentions(expr.operand, symbol)
    default:
      return expr.operands.some((operand) => mentions(operand, symbol))
  }
}

/** The expression can only hold while `symbol` is on: it is one of the operands of a `&&`. */
export function requires(expr: Expr | undefined, symbol: KSymbol): boolean {
  switch (expr?.kind) {
    case 'symbol':
      return expr.symbol === symbol
    case 'and':
      return expr.operands.some((operand) => requires(operand, symbol))
    case 'compare':
      return (
        expr.left === symbol &&
        expr.right.kind === 'constant' &&
        (expr.op === '='
          ? expr.right.name === 'y' || expr.right.name === 'm'
          : expr.op === '!=' && expr.right.name === 'n')
      )
    default:
      return false
  }
}
