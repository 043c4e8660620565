/** Conditions: `A && (B || !C) && D >= "4"`. */
import type { CompareOp, Expr, KSymbol } from './model.ts'
import { isPending } from './macros.ts'
import type { Scanner, Token } from './scanner.ts'

/** Where the parser finds the symbols that a condition names. */
export interface SymbolSource {
  symbol(name: string): KSymbol
  constant(text: string): KSymbol
  /** The expression that stands for `m` where m is rewritten to `m && MODULES`. */
  readonly modExpr: Expr
  readonly mod: KSymbol
  /** Stands for a symbol whose name a command still has to print. */
  pending(text: string, isConstant: boolean): KSymbol
  /** Told of each expression with such a symbol in it, which is to be replaced in place. */
  hasPending(expr: Expr & { kind: 'symbol' | 'compare' }, rewriteM: boolean): void
}

export type ParsedExpr =
  | { readonly expr: Expr; readonly token: Token }
  | { readonly expr: undefined; readonly token: Token; readonly tooDeep: boolean }

/** Joins with `&&`; undefined stands for y. */
export function and(left: Expr | undefined, right: Expr | undefined): Expr | undefined {
  if (left === undefined || right === undefined) return left ?? right
  return join('and', [left, right])
}

function join(kind: 'and' | 'or', parts: readonly Expr[]): Expr {
  const [first] = parts
  if (parts.length === 1 && first !== undefined) return first
  const operands: Expr[] = []
  for (const part of parts) {
    if (part.kind !== kind) operands.push(part)
    else for (const operand of part.operands) operands.push(operand)
  }
  return { kind, operands }
}

export class Conditions {
  static readonly DEPTH_MAX = 64
  readonly #symbols: SymbolSource
  #scanner!: Scanner
  #token: Token = 'eol'
  #depth = 0
  #tooDeep = false
  #rewriteM = false

  constructor(symbols: SymbolSource) {
    this.#symbols = symbols
  }

  /**
   * Reads an expression that begins with `token`; the answer holds the token after it. With `rewriteM`, an `m` on its
   * own becomes `m && MODULES`, as Linux has it in conditions but not in values.
   */
  parse(scanner: Scanner, token: Token, rewriteM: boolean): ParsedExpr {
    this.#scanner = scanner
    this.#token = token
    this.#depth = 0
    this.#tooDeep = false
    this.#rewriteM = rewriteM
    const expr = this.#or()
    if (expr === undefined) return { expr, token: this.#token, tooDeep: this.#tooDeep }
    return { expr, token: this.#token }
  }

  #or(): Expr | undefined {
    const first = this.#and()
    if (first === undefined || this.#token !== '||') return first
    const parts = [first]
    while (this.#token === '||') {
      this.#next()
      const part = this.#and()
      if (part === undefined) return undefined
      parts.push(part)
    }
    return join('or', parts)
  }

  #and(): Expr | undefined {
    const first = this.#unary()
    if (first === undefined || this.#token !== '&&') return first
    const parts = [first]
    while (this.#token === '&&') {
      this.#next()
      const part = this.#unary()
      if (part === undefined) return undefined
      parts.push(part)
    }
    return join('and', parts)
  }

  #unary(): Expr | undefined {
    if (this.#token !== '!' && this.#token !== '(') return this.#comparison()
    if (++this.#depth > Conditions.DEPTH_MAX) {
      this.#tooDeep = true
      return undefined
    }
    const isNot = this.#token === '!'
    this.#next()
    let expr = isNot ? this.#unary() : this.#or()
    if (!isNot && expr !== undefined) {
      if ((this.#token as Token) === ')') this.#next()
      else expr = undefined
    }
    this.#depth--
    return isNot && expr !== undefined ? { kind: 'not', operand: expr } : expr
  }

  #comparison(): Expr | undefined {
    const left = this.#operand()
    if (left === undefined) return undefined
    switch (this.#token) {
      case '=':
      case '!=':
      case '<':
      case '<=':
      case '>':
      case '>=': {
        const op: CompareOp = this.#token
        this.#next()
        const right = this.#operand()
        if (right === undefined) return undefined
        const expr = { kind: 'compare', op, left, right } as const
        if (left.id < 0 || right.id < 0) this.#symbols.hasPending(expr, false)
        return expr
      }
    }
    if (this.#rewriteM && left === this.#symbols.mod) return this.#symbols.modExpr
    const expr = { kind: 'symbol', symbol: left } as const
    if (left.id < 0) this.#symbols.hasPending(expr, this.#rewriteM)
    return expr
  }

  #operand(): KSymbol | undefined {
    if (this.#token !== 'word' && this.#token !== 'string') return undefined
    const { rawText } = this.#scanner
    const isConstant = this.#token === 'string'
    const symbol = isPending(rawText)
      ? this.#symbols.pending(rawText, isConstant)
      : isConstant
        ? this.#symbols.constant(rawText)
        : this.#symbols.symbol(rawText)
    this.#next()
    return symbol
  }

  #next(): void {
    this.#token = this.#scanner.next()
  }
}
