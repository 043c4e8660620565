/** Reads one statement: its tokens one after the other, and the pieces that statements are made of. */
import { Conditions, type SymbolSource } from './expressions.ts'
import type { Expr, KSymbol, Place } from './model.ts'
import * as problems from './problems.ts'
import type { Reports } from './reports.ts'
import type { Token } from './scanner.ts'
import type { Sources } from './sources.ts'

export class Cursor {
  /** The token to look at. */
  token: Token = 'eol'
  /** Where the statement began. */
  at: Place
  readonly #sources: Sources
  readonly #symbols: SymbolSource
  readonly #reports: Reports
  readonly #conditions: Conditions
  /** The statement being read was reported already. */
  #failed = false

  constructor(at: Place, sources: Sources, symbols: SymbolSource, reports: Reports) {
    this.at = at
    this.#sources = sources
    this.#symbols = symbols
    this.#reports = reports
    this.#conditions = new Conditions(symbols)
  }

  /** Goes to the first token of the next statement, or to the end of the file. */
  begin(): void {
    const { scanner } = this.#sources
    this.#failed = false
    do this.token = scanner.next()
    while (this.token === 'eol')
    this.at = { file: scanner.file, line: scanner.line }
  }

  /** Goes to the next token of the statement. */
  next(): void {
    this.token = this.#sources.scanner.next()
  }

  /** A quoted text; or, as old trees have it, the words up to `if` or the end of the line. */
  textOrWords(): string {
    const words: string[] = []
    if (this.token === 'string') {
      words.push(this.#sources.scanner.text)
      this.next()
    } else {
      while (this.token === 'word' && !(words.length > 0 && this.#sources.scanner.text === 'if')) {
        words.push(this.#sources.scanner.text)
        this.next()
      }
    }
    if (words.length === 0 && !this.#failed) this.invalid('invalid statement')
    return words.join(' ')
  }

  symbolOperand(constants: boolean): KSymbol | undefined {
    const symbol =
      this.token === 'word'
        ? this.#symbols.symbol(this.#sources.scanner.text)
        : constants && this.token === 'string'
          ? this.#symbols.constant(this.#sources.scanner.text)
          : undefined
    if (symbol === undefined) this.invalid('invalid statement')
    else this.next()
    return symbol
  }

  condition(): Expr | undefined {
    const parsed = this.#conditions.parse(this.#sources.scanner, this.token, true)
    return this.#took(parsed) ? parsed.expr : undefined
  }

  ifCondition(): Expr | undefined {
    if (this.token !== 'word' || this.#sources.scanner.text !== 'if') return undefined
    this.next()
    return this.condition()
  }

  #took(parsed: ReturnType<Conditions['parse']>): parsed is { expr: Expr; token: Token } {
    this.token = parsed.token
    if (parsed.expr !== undefined) return true
    if (parsed.tooDeep)
      this.#reports.add(problems.tooDeep(this.at, this.#sources.chain(), 'expressions', Conditions.DEPTH_MAX))
    this.invalid('invalid statement')
    return false
  }

  /** The value of a default, where `m` stays what it is. */
  value(): Expr | undefined {
    const parsed = this.#conditions.parse(this.#sources.scanner, this.token, false)
    return this.#took(parsed) ? parsed.expr : undefined
  }

  /** True at the end of the line; otherwise the statement is reported and left out. */
  endOfStatement(): boolean {
    if (this.#failed) {
      this.#failed = false
      return false
    }
    if (this.token === 'eol' || this.token === 'eof') return true
    this.invalid('invalid statement')
    this.#failed = false
    return false
  }

  invalid(message: string): void {
    this.#reports.syntax(this.at, message)
    this.#failed = true
    if (this.token !== 'eol' && this.token !== 'eof') this.#sources.scanner.skipLine()
    this.token = 'eol'
  }
}
