/**
 * The macro language of Kconfig: `$(name)`, `$(function,arg,...)`, variables with `=`, `:=` and `+=`, and the built-in
 * functions. Text goes in, text comes out; the only way outside is the `shell` function that the caller may pass.
 */

/** Runs a command with `/bin/sh -c` and returns what it wrote to standard output, as bytes in a string. */
export type Shell = (command: string) => string

/** Begins to run a command; the function that it returns waits for the output. */
export type StartShell = (command: string) => () => string

/** What the expansion needs to know and report. */
export interface MacroHost {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly shell: Shell | undefined
  readonly startShell: StartShell | undefined
  /** File and line being read. */
  place(): { readonly file: string; readonly line: number }
  environmentUsed(name: string, value: string): void
  info(text: string): void
  message(severity: 'error' | 'warning', text: string): void
  /** A mistake in the macro text; the expansion goes on with nothing. */
  mistake(text: string): void
  shellRefused(command: string): void
}

/**
 * The output of a command that still runs stands in texts as its number between these two characters, which are in no
 * file that is read byte by byte; `resolve` waits for it and puts it in.
 */
const OPEN = '\uE000'
const CLOSE = '\uE001'

/** The text holds the output of a command that may still run. */
export function isPending(text: string): boolean {
  return text.includes(OPEN)
}

export type Assignment = '=' | ':=' | '+='

interface Variable {
  value: string
  readonly recursive: boolean
  /** How many expansions of it are under way. */
  active: number
}

const ARGUMENTS_MAX = 16
const DEPTH_MAX = 200
/** The most text that one statement may expand to; a few doubling macros would otherwise fill any memory. */
const EXPANSION_MAX = 1 << 16
/** C conf reads this much of a command's output, and one byte for the end. */
const SHELL_OUTPUT_MAX = 4095

const FUNCTIONS: Readonly<Record<string, { readonly min: number; readonly max: number } | undefined>> = {
  __proto__: null as never,
  'error-if': { min: 2, max: 2 },
  filename: { min: 0, max: 0 },
  info: { min: 1, max: 1 },
  lineno: { min: 0, max: 0 },
  shell: { min: 1, max: 1 },
  'warning-if': { min: 2, max: 2 },
}

export class Macros {
  readonly #host: MacroHost
  readonly #variables = new Map<string, Variable>()
  readonly #running: (() => string)[] = []
  #depth = 0
  #budget = EXPANSION_MAX

  constructor(host: MacroHost) {
    this.#host = host
  }

  /** `name = text` and its relatives. */
  assign(name: string, operator: Assignment, text: string): void {
    const old = this.#variables.get(name)
    const recursive = operator === '+=' ? (old?.recursive ?? true) : operator === '='
    const value = recursive ? text : this.expand(text)
    const joined = operator === '+=' && old !== undefined ? `${old.value} ${value}` : value
    if (joined.length > EXPANSION_MAX) {
      this.#host.mistake(`The variable '${name}' grows without end`)
      return
    }
    this.#variables.set(name, { value: joined, recursive, active: 0 })
  }

  /** Expands all references in `text`. Nothing is reported twice for one statement: see `beginStatement`. */
  expand(text: string): string {
    return this.#expandWith(text, [])
  }

  /** Waits for what the text still needs. */
  resolve(text: string): string {
    if (this.#running.length === 0 || !isPending(text)) return text
    return text.replace(
      /\uE000(\d+)\uE001/g,
      (whole, number: string) => this.#running[Number(number)]?.() ?? whole,
    )
  }

  /** Starts a new budget of expansion. */
  beginStatement(): void {
    this.#budget = EXPANSION_MAX
  }

  /** Expands the reference whose `$` stands before `position`; a `$` without `(` is only itself. */
  expandDollar(text: string, position: number, limit: number): { value: string; next: number } {
    return this.#dollar(text, position, limit, [])
  }

  #dollar(
    text: string,
    position: number,
    limit: number,
    args: readonly string[],
  ): { value: string; next: number } {
    if (position >= limit || text.charCodeAt(position) !== 40) return { value: '$', next: position }
    const end = closingParenthesis(text, position + 1, limit)
    if (end < 0) {
      this.#host.mistake(`unterminated reference to '${text.slice(position + 1, limit)}': missing ')'`)
      return { value: '', next: limit }
    }
    return { value: this.#clause(text.slice(position + 1, end), args), next: end + 1 }
  }

  #expandWith(text: string, args: readonly string[]): string {
    let at = text.indexOf('$')
    if (at < 0) return text
    let out = ''
    let from = 0
    while (at >= 0) {
      out += text.slice(from, at)
      const { value, next } = this.#dollar(text, at + 1, text.length, args)
      out += value
      if (out.length > this.#budget) {
        this.#overrun()
        return ''
      }
      from = next
      at = text.indexOf('$', from)
    }
    return out + text.slice(from)
  }

  /** Evaluates what stands between the parentheses, with the arguments of the function it stands in. */
  #clause(clause: string, args: readonly string[]): string {
    const number = /^\d+$/.test(clause) ? Number(clause) : 0
    if (number > 0 && number <= args.length) return this.#spend(args[number - 1] ?? '')
    if (this.#depth >= DEPTH_MAX) {
      this.#host.mistake('Too deep recursive expansion')
      return ''
    }
    this.#depth++
    try {
      const parts = splitArguments(clause)
      if (parts.length > ARGUMENTS_MAX) {
        this.#host.mistake('too many function arguments')
        return ''
      }
      const [first = '', ...values] = parts.map((part) => this.#expandWith(part, args))
      const name = this.resolve(first)
      return this.#spend(
        this.#variable(name, values) ?? this.#function(name, values) ?? this.#env(name, values),
      )
    } finally {
      this.#depth--
    }
  }

  #variable(name: string, args: readonly string[]): string | undefined {
    const variable = this.#variables.get(name)
    if (variable === undefined) return undefined
    if (!variable.recursive) return variable.value
    if (args.length === 0 && variable.active > 0) {
      this.#host.mistake(`Recursive variable '${name}' references itself (eventually)`)
      return ''
    }
    variable.active++
    const value = this.#expandWith(variable.value, args)
    variable.active--
    return value
  }

  #env(name: string, args: readonly string[]): string {
    if (args.length > 0 || name === '' || !Object.hasOwn(this.#host.env, name)) return ''
    const value = this.#host.env[name]
    if (value === undefined) return ''
    this.#host.environmentUsed(name, value)
    return value
  }

  #function(name: string, args: readonly string[]): string | undefined {
    const arity = FUNCTIONS[name]
    if (arity === undefined) return undefined
    if (args.length < arity.min || args.length > arity.max) {
      const amount = args.length < arity.min ? 'few' : 'many'
      this.#host.mistake(`too ${amount} function arguments passed to '${name}'`)
      return ''
    }
    const [first = '', second = ''] = args.map((text) => this.resolve(text))
    switch (name) {
      case 'error-if':
        if (first === 'y') this.#host.message('error', second)
        return ''
      case 'warning-if':
        if (first === 'y') this.#host.message('warning', second)
        return ''
      case 'info':
        this.#host.info(first)
        return ''
      case 'filename':
        return this.#host.place().file
      case 'lineno':
        return String(this.#host.place().line)
      default:
        return this.#shell(first)
    }
  }

  #shell(command: string): string {
    const { shell, startShell } = this.#host
    if (startShell !== undefined) {
      const wait = startShell(command)
      let output: string | undefined
      return OPEN + String(this.#running.push(() => (output ??= oneLine(wait()))) - 1) + CLOSE
    }
    if (shell !== undefined) return oneLine(shell(command))
    this.#host.shellRefused(command)
    return ''
  }

  #spend(text: string): string {
    if (text.length > this.#budget) {
      this.#overrun()
      return ''
    }
    this.#budget -= text.length
    return text
  }

  #overrun(): void {
    if (this.#budget > 0) this.#host.mistake('The expansion grows without end')
    this.#budget = 0
  }
}

/** The output of a command as C conf takes it: cut, without the new lines at its end, the others as blanks. */
function oneLine(output: string): string {
  const cut = output.slice(0, SHELL_OUTPUT_MAX)
  let end = cut.length
  while (end > 0 && cut.charCodeAt(end - 1) === 10) end--
  return cut.slice(0, end).replaceAll('\n', ' ')
}

/** The index of the `)` that closes a reference whose text begins at `from`, or -1. */
function closingParenthesis(text: string, from: number, limit: number): number {
  let depth = 0
  for (let at = from; at < limit; at++) {
    const code = text.charCodeAt(at)
    if (code === 40) depth++
    else if (code === 41 && depth-- === 0) return at
  }
  return -1
}

/** Splits `foo,$(x,y),(a,b)` at the commas outside parentheses. */
function splitArguments(clause: string): string[] {
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at < clause.length; at++) {
    const code = clause.charCodeAt(at)
    if (code === 40) depth++
    else if (code === 41) depth--
    else if (code === 44 && depth === 0) {
      parts.push(clause.slice(from, at))
      from = at + 1
    }
  }
  parts.push(clause.slice(from))
  return parts
}
