/**
 * Cuts one Kconfig file into tokens, in a single pass over character codes. The rules are those of Linux 6.1's
 * kconfig-language: words are `[A-Za-z0-9_-]+`, `$(...)` expands inside words and strings, a new line ends a
 * statement unless a backslash stands before it.
 *
 * One thing more than 6.1: `.` and `/` between word characters belong to the word, as before Linux 4.18.
 */
import type { HelpText } from './model.ts'

export type Token =
  | 'eol'
  | 'eof'
  | 'word'
  | 'string'
  | '||'
  | '&&'
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '!'
  | '('
  | ')'
  | ':='
  | '+='

/** What the scanner asks of its owner. */
export interface ScannerHost {
  /**
   * Expands what follows a `$` at `position` of `text`, up to `limit`; returns the expansion and where reading goes on.
   */
  expandDollar(
    text: string,
    position: number,
    limit: number,
  ): { readonly value: string; readonly next: number }
  /** Waits for commands whose output the text still lacks. */
  resolve(text: string): string
  ignoredCharacter(line: number, char: string): void
  openString(line: number): void
  noNewline(line: number): void
}

const TAB = 9
const NEWLINE = 10
const SPACE = 32
const QUOTE = 34
const HASH = 35
const DOLLAR = 36
const APOSTROPHE = 39
const BACKSLASH = 92

/** 1 for the characters of a word, 2 for those that only stand between two of them. */
const WORD_CLASS = new Uint8Array(256)
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-') {
  WORD_CLASS[char.charCodeAt(0)] = 1
}
WORD_CLASS['.'.charCodeAt(0)] = 2
WORD_CLASS['/'.charCodeAt(0)] = 2

const isWord = (code: number): boolean => code < 256 && WORD_CLASS[code] === 1

export class Scanner {
  readonly file: string
  readonly source: string
  /** Of the next character to read, from 1. */
  line = 1
  /** Of the token last returned, as `text`, but outputs of commands may still be missing: see `isPending`. */
  rawText = ''
  /** Where the token last returned began. */
  start = 0
  #at = 0
  readonly #host: ScannerHost
  #last: Token = 'eol'
  #lineStart = 0
  /** The token last returned holds an expansion. */
  #expanded = false
  #lineEnd = -1

  constructor(file: string, source: string, host: ScannerHost) {
    this.file = file
    this.source = source
    this.#host = host
  }

  /** Of the token last returned: a word, or a string without its quotes. */
  get text(): string {
    return this.#expanded ? this.#host.resolve(this.rawText) : this.rawText
  }

  next(): Token {
    this.#expanded = false
    return (this.#last = this.#scan())
  }

  #scan(): Token {
    const source = this.source
    for (;;) {
      const code = source.charCodeAt(this.#at)
      this.start = this.#at
      if (code === SPACE || code === TAB) {
        this.#at++
      } else if (code === NEWLINE) {
        this.#at++
        this.line++
        return 'eol'
      } else if (isWord(code) || code === DOLLAR) {
        if (this.#word()) return 'word'
      } else if (code === QUOTE || code === APOSTROPHE) {
        this.#string(code)
        return 'string'
      } else if (code === HASH) {
        this.#at = this.#endOfLine()
      } else if (code === BACKSLASH && source.charCodeAt(this.#at + 1) === NEWLINE) {
        this.#at += 2
        this.line++
      } else if (this.#at >= source.length) {
        if (this.#last !== 'eol' && this.#last !== 'eof') this.#host.noNewline(this.line)
        return 'eof'
      } else {
        const operator = this.#operator(code)
        if (operator !== undefined) return operator
        this.#host.ignoredCharacter(this.line, source.charAt(this.#at))
        this.#at++
      }
    }
  }

  /** The value of an assignment: what is left of the line after blanks. */
  assignedText(): string {
    while (this.#isBlank(this.source.charCodeAt(this.#at))) this.#at++
    return this.restOfLine()
  }

  /** Takes the rest of the line as it stands; the new line is still to come. */
  restOfLine(): string {
    const end = this.#endOfLine()
    const text = this.source.slice(this.#at, end)
    this.#at = end
    return text
  }

  /** What is left of the line without blanks around it, if it does not begin with a quote. */
  unquotedRest(): string | undefined {
    while (this.#isBlank(this.source.charCodeAt(this.#at))) this.#at++
    const code = this.source.charCodeAt(this.#at)
    return code === QUOTE || code === APOSTROPHE ? undefined : this.restOfLine().trim()
  }

  /** Goes to the end of the line, so that the next token is `eol` or `eof`. */
  skipLine(): void {
    this.#at = this.#endOfLine()
  }

  /**
   * Takes a help text: lines indented at least as deep as its first one. A first line without indentation is taken
   * too, alone, because Linux does.
   */
  help(): HelpText {
    const { source } = this
    const start = this.#at
    let indent = 0
    let isBlank = true
    let startsUnindented = false
    let at = start
    let end = -1
    while (at < source.length) {
      let column = 0
      let cursor = at
      let code = source.charCodeAt(cursor)
      for (; code === SPACE || code === TAB; code = source.charCodeAt(++cursor)) {
        column = code === TAB ? (column & ~7) + 8 : column + 1
      }
      if (code !== NEWLINE && cursor < source.length) {
        if (column === 0 && at > start) {
          end = at - 1
          break
        }
        if (column < indent) break
        startsUnindented ||= column === 0
        if (indent === 0) indent = column
        // A form feed is blank, too.
        isBlank &&= source.charCodeAt(cursor) <= SPACE
        cursor = source.indexOf('\n', cursor)
        if (cursor < 0) cursor = source.length
      }
      if (cursor >= source.length) {
        at = cursor
        break
      }
      at = cursor + 1
      this.line++
    }
    this.#at = at
    this.#last = 'eol'
    return { source, start, end: end < 0 ? at : end, isBlank, startsUnindented }
  }

  /** Reads a word, expanding what `$` asks for. False when it expanded to nothing. */
  #word(): boolean {
    const { source } = this
    let at = this.#at
    let code = source.charCodeAt(at)
    while (isWord(code) || (code < 256 && WORD_CLASS[code] === 2 && isWord(source.charCodeAt(at + 1)))) {
      code = source.charCodeAt(++at)
    }
    if (code !== DOLLAR) {
      this.rawText = source.slice(this.#at, at)
      this.#at = at
      return true
    }
    const end = this.#endOfLine()
    let text = ''
    let from = this.#at
    while (at < end) {
      code = source.charCodeAt(at)
      if (code === DOLLAR) {
        text += source.slice(from, at)
        this.#expanded = true
        const expanded = this.#host.expandDollar(source, at + 1, end)
        text += expanded.value
        from = at = expanded.next
      } else if (isWord(code)) {
        at++
      } else {
        break
      }
    }
    this.rawText = text + source.slice(from, at)
    this.#at = at
    return this.rawText !== ''
  }

  #string(quote: number): void {
    const { source } = this
    let at = this.#at + 1
    let from = at
    let text = ''
    for (;;) {
      const code = source.charCodeAt(at)
      if (code === quote) {
        this.rawText = text === '' ? source.slice(from, at) : text + source.slice(from, at)
        this.#at = at + 1
        return
      }
      if (code === DOLLAR) {
        text += source.slice(from, at)
        this.#expanded = true
        const expanded = this.#host.expandDollar(source, at + 1, this.#endOfLine(at))
        text += expanded.value
        from = at = expanded.next
      } else if (code === BACKSLASH) {
        text += source.slice(from, at)
        from = at + 1
        at = source.charCodeAt(from) === NEWLINE ? from : from + 1
      } else if (code === NEWLINE || at >= source.length) {
        if (code === NEWLINE) this.#host.openString(this.line)
        at = Math.min(at, source.length)
        this.rawText = text + source.slice(from, at)
        this.#at = at
        return
      } else {
        at++
      }
    }
  }

  #operator(code: number): Token | undefined {
    const after = this.source.charCodeAt(this.#at + 1)
    let token: Token | undefined
    switch (code) {
      case 33: // !
        token = after === 61 ? '!=' : '!'
        break
      case 38: // &
        token = after === 38 ? '&&' : undefined
        break
      case 40:
        token = '('
        break
      case 41:
        token = ')'
        break
      case 43: // +
        token = after === 61 ? '+=' : undefined
        break
      case 58: // :
        token = after === 61 ? ':=' : undefined
        break
      case 60: // <
        token = after === 61 ? '<=' : '<'
        break
      case 61: // =
        token = '='
        break
      case 62: // >
        token = after === 61 ? '>=' : '>'
        break
      case 124: // |
        token = after === 124 ? '||' : undefined
        break
    }
    if (token !== undefined) this.#at += token.length
    return token
  }

  #isBlank(code: number): boolean {
    return code === SPACE || code === TAB
  }

  /** Remembers its answer: a line with many `$` would otherwise be searched once for each. */
  #endOfLine(from = this.#at): number {
    if (from < this.#lineStart || from > this.#lineEnd) {
      const end = this.source.indexOf('\n', from)
      this.#lineStart = from
      this.#lineEnd = end < 0 ? this.source.length : end
    }
    return this.#lineEnd
  }
}

/** The text of a help entry: common indentation off, tabs as spaces, as `conf` prints it. */
export function helpText({ source, start, end }: HelpText): string {
  let text = ''
  let indent = 0
  for (let at = start; at < end;) {
    let lineEnd = source.indexOf('\n', at)
    if (lineEnd < 0 || lineEnd > end) lineEnd = end
    let column = 0
    let cursor = at
    for (; cursor < lineEnd; cursor++) {
      const code = source.charCodeAt(cursor)
      if (code === TAB) column = (column & ~7) + 8
      else if (code === SPACE) column++
      else break
    }
    if (cursor < lineEnd) {
      if (indent === 0) indent = column
      let last = lineEnd
      while (source.charCodeAt(last - 1) === SPACE || source.charCodeAt(last - 1) === TAB) last--
      text += ' '.repeat(Math.max(0, column - indent)) + source.slice(cursor, last)
    }
    if (lineEnd < end) text += '\n'
    at = lineEnd + 1
  }
  return text
}
