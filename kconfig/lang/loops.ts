/**
 * Recursive dependencies. A quick search without recursion says whether there are any; only then the slow search walks
 * the tree the way C conf does, so that each loop is reported once, from the same symbol and in the same words.
 */
import { inHashOrder } from './order.ts'
import { hasCycle } from './cycle.ts'
import type { Expr, KSymbol, Place, Property, Tree } from './model.ts'
import * as problems from './problems.ts'
import { displayName, type Reports } from './reports.ts'
import { Simplifier } from './simplify.ts'

const DEPTH_MAX = 300

/** Reports all loops; true when there is one that stops C conf, which does not look at the limits of ranges. */
export function reportLoops(tree: Tree, reports: Reports): boolean {
  if (!hasCycle(tree)) return false
  const stops = new LoopReporter(tree, reports, false).report()
  new LoopReporter(tree, reports, true).report()
  return stops
}

/** What of a symbol the walk is looking at. */
type Via = 'depends' | 'selected' | 'implied' | Property | undefined

interface Step {
  readonly symbol: KSymbol
  via: Via
  /** The walk looks at the value of a default, not at its condition. */
  inValue: boolean
}

class LoopReporter {
  readonly #tree: Tree
  readonly #reports: Reports
  readonly #simplifier: Simplifier
  readonly #withRanges: boolean
  readonly #open = new Set<KSymbol>()
  readonly #checked = new Set<KSymbol>()
  readonly #stack: Step[] = []
  #found = false

  constructor(tree: Tree, reports: Reports, withRanges: boolean) {
    this.#tree = tree
    this.#withRanges = withRanges
    this.#reports = reports
    this.#simplifier = new Simplifier(tree.symbols, tree.rules)
  }

  report(): boolean {
    for (const symbol of inOrderOfC(this.#tree)) this.#check(symbol)
    return this.#found
  }

  /** Returns the symbol at which a loop closes that is still being unwound. */
  #check(symbol: KSymbol): KSymbol | undefined {
    if (this.#open.has(symbol)) {
      this.#print(symbol)
      return symbol
    }
    if (this.#checked.has(symbol) || this.#stack.length > DEPTH_MAX) return undefined
    if (symbol.choice !== undefined) {
      this.#stack.push({ symbol, via: undefined, inValue: false })
      const loop = this.#check(symbol.choice)
      this.#stack.pop()
      return loop
    }
    if (symbol.kind === 'choice') return this.#checkChoice(symbol)
    this.#open.add(symbol)
    this.#checked.add(symbol)
    const loop = this.#checkSymbol(symbol)
    this.#open.delete(symbol)
    return loop
  }

  #checkChoice(choice: KSymbol): KSymbol | undefined {
    this.#stack.push({ symbol: choice, via: undefined, inValue: false })
    for (const member of [choice, ...choice.values]) {
      this.#open.add(member)
      this.#checked.add(member)
    }
    let loop = this.#checkSymbol(choice)
    this.#open.delete(choice)
    for (const value of choice.values) loop ??= this.#checkSymbol(value)
    for (const value of choice.values) this.#open.delete(value)
    this.#stack.pop()
    return loop?.choice === choice ? choice : loop
  }

  #checkSymbol(symbol: KSymbol): KSymbol | undefined {
    const step: Step = { symbol, via: 'depends', inValue: false }
    this.#stack.push(step)
    const loop = this.#checkParts(symbol, step)
    this.#stack.pop()
    return loop
  }

  #checkParts(symbol: KSymbol, step: Step): KSymbol | undefined {
    for (const node of symbol.nodes) {
      if (node.end > node.id + 1) continue
      const loop = this.#checkExpr(this.#simplifier.dependency(node))
      if (loop) return loop
    }
    for (const [via, properties] of [
      ['selected', symbol.selectedBy],
      ['implied', symbol.impliedBy],
    ] as const) {
      step.via = via
      for (const property of properties) {
        if (property.kind !== 'select' && property.kind !== 'imply') continue
        const loop = this.#check(property.selector) ?? this.#checkExpr(this.#simplifier.condition(property))
        if (loop) return loop
      }
    }
    for (const property of symbol.properties) {
      if (property.kind === 'select' || property.kind === 'imply') continue
      step.via = property
      step.inValue = false
      const loop = this.#checkExpr(this.#simplifier.condition(property))
      if (loop) return loop
      if (property.kind === 'range' && this.#withRanges) {
        step.inValue = true
        const limit = this.#check(property.low) ?? this.#check(property.high)
        if (limit) return limit
      }
      if (property.kind !== 'default' || symbol.kind === 'choice') continue
      step.inValue = true
      const inside = this.#checkExpr(property.value)
      if (inside) return inside
    }
    return undefined
  }

  #checkExpr(expr: Expr | undefined): KSymbol | undefined {
    if (expr === undefined) return undefined
    switch (expr.kind) {
      case 'symbol':
        return this.#check(expr.symbol)
      case 'compare':
        return this.#check(expr.left) ?? this.#check(expr.right)
      case 'not':
        return this.#checkExpr(expr.operand)
      default:
        for (const operand of expr.operands) {
          const loop = this.#checkExpr(operand)
          if (loop) return loop
        }
        return undefined
    }
  }

  /** Prints the part of the stack from the symbol that was met again. */
  #print(met: KSymbol): void {
    const stack = [...this.#stack]
    let last = met
    if (met.choice !== undefined) {
      stack.push({ symbol: met, via: undefined, inValue: false })
      last = met.choice
    }
    const from = stack.findLastIndex(({ symbol }) => symbol === last)
    if (from < 0) {
      this.#found ||= !this.#withRanges
      if (!this.#withRanges) this.#reports.print('unexpected recursive dependency error\n')
      return
    }
    const loop = stack.slice(from)
    const steps = loop.map((step, i) => describe(step, loop[i + 1]?.symbol ?? last))
    const lines = steps.map(({ at, text }) => `${at.file}:${at.line}:\t${text}\n`)
    const [first] = steps
    const isRange = loop.some(({ via }) => typeof via === 'object' && via.kind === 'range')
    if (first === undefined || isRange !== this.#withRanges) return
    this.#reports.add(
      problems.recursion(
        first.at,
        steps.map(({ text }) => text),
      ),
    )
    if (this.#withRanges) return
    this.#found = true
    const heading = 'error: recursive dependency detected!\n'
    this.#reports.print(
      (this.#tree.rules === '6.12'
        ? heading + loop.map((step, i) => `\t${stepIn612(step, loop[i + 1]?.symbol ?? last)}\n`).join('')
        : `${first.at.file}:${first.at.line}:${heading}${lines.join('')}`) +
        'For a resolution refer to Documentation/kbuild/kconfig-language.rst\n' +
        'subsection "Kconfig recursive dependency limitations"\n\n',
    )
  }
}

/** The order in which C conf looks: its hash table's, and since Linux 6.12 the menus'. */
function inOrderOfC({ rules, symbols, nodes }: Tree): Iterable<KSymbol> {
  if (rules !== '6.12') return inHashOrder(symbols)
  return nodes.flatMap(({ symbol }) => (symbol === undefined ? [] : [symbol]))
}

/** The words of Linux 6.12, which names no file but that of a choice. */
function stepIn612({ symbol, via, inValue }: Step, next: KSymbol): string {
  const name = displayName(symbol)
  if (next.kind === 'choice') {
    const [block] = next.nodes
    return `symbol ${name} is part of choice block at ${block?.file}:${block?.line}`
  }
  if (via === 'depends') return `symbol ${name} depends on ${next.name}`
  if (via === 'selected') return `symbol ${name} is selected by ${next.name}`
  if (via === 'implied') return `symbol ${name} is implied by ${next.name}`
  const what = via?.kind ?? 'unknown'
  return inValue
    ? `symbol ${name} ${what} value contains ${next.name}`
    : `symbol ${name} ${what} is visible depending on ${next.name}`
}

function describe({ symbol, via, inValue }: Step, next: KSymbol): { at: Place; text: string } {
  const name = displayName(symbol)
  const other = displayName(next)
  const [node] = symbol.nodes
  const entry: Place = node ?? { file: '', line: 0 }
  if (symbol.kind === 'choice') return { at: entry, text: `choice ${name} contains symbol ${other}` }
  if (symbol.choice !== undefined) return { at: entry, text: `symbol ${name} is part of choice ${other}` }
  if (via === 'depends' || via === undefined) return { at: entry, text: `symbol ${name} depends on ${other}` }
  if (via === 'selected') return { at: entry, text: `symbol ${name} is selected by ${other}` }
  if (via === 'implied') return { at: entry, text: `symbol ${name} is implied by ${other}` }
  return {
    at: via,
    text: inValue
      ? `symbol ${name} ${via.kind} value contains ${other}`
      : `symbol ${name} ${via.kind} is visible depending on ${other}`,
  }
}
