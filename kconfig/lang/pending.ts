/**
 * Conditions and values that wait for a command. While `$(shell,...)` runs beside the reading, its output is a symbol
 * without a name; once everything is read, the real symbols take their places.
 */
import type { TreeBuilder } from './builder.ts'
import type { SymbolSource } from './expressions.ts'
import type { Expr, KSymbol, Place } from './model.ts'

type Waiting = Expr & { kind: 'symbol' | 'compare' }

interface Entry {
  readonly expr: Waiting
  readonly rewriteM: boolean
  readonly at: Place
}

/** Where conditions find their symbols, pending ones included. */
export class PendingSymbols implements SymbolSource {
  readonly #builder: TreeBuilder
  readonly #place: () => Place
  readonly #entries: Entry[] = []
  readonly #texts = new Map<KSymbol, { text: string; isConstant: boolean }>()

  constructor(builder: TreeBuilder, place: () => Place) {
    this.#builder = builder
    this.#place = place
  }

  get mod(): KSymbol {
    return this.#builder.mod
  }
  get modExpr(): Expr {
    return this.#builder.modExpr
  }
  symbol(name: string): KSymbol {
    return this.#builder.symbol(name)
  }
  constant(text: string): KSymbol {
    return this.#builder.constant(text)
  }

  pending(text: string, isConstant: boolean): KSymbol {
    const placeholder: KSymbol = { ...this.#builder.no, id: -1 }
    this.#texts.set(placeholder, { text, isConstant })
    return placeholder
  }

  hasPending(expr: Waiting, rewriteM: boolean): void {
    this.#entries.push({ expr, rewriteM, at: this.#place() })
  }

  /** Puts the real symbols in. `missing` is told of words that turn out to be empty, which count as n. */
  settle(resolve: (text: string) => string, missing: (at: Place) => void): void {
    for (const { expr, rewriteM, at } of this.#entries) {
      const real = (symbol: KSymbol): KSymbol => {
        const waiting = this.#texts.get(symbol)
        if (waiting === undefined) return symbol
        const text = resolve(waiting.text)
        if (waiting.isConstant) return this.#builder.constant(text)
        if (text === '') missing(at)
        return text === '' ? this.#builder.no : this.#builder.symbol(text)
      }
      if (expr.kind === 'compare') {
        Object.assign(expr, { left: real(expr.left), right: real(expr.right) })
      } else {
        const symbol = real(expr.symbol)
        Object.assign(expr, rewriteM && symbol === this.mod ? this.modExpr : { symbol })
      }
    }
  }
}
