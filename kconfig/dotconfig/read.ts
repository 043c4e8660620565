/** Reads .config files. */
import { MOD, NO, YES, type KSymbol } from '../lang/model.ts'
import { isValidText } from '../lang/finish.ts'
import { inHashOrder } from '../lang/order.ts'
import type { Config } from '../eval/config.ts'

/** A line that could not be taken as it stands. */
export interface DotconfigProblem {
  readonly kind: 'unknown-symbol' | 'bad-value' | 'bad-line' | 'assigned-twice' | 'choice-conflict'
  readonly line: number
  /** Without the prefix; empty for a `bad-line`. */
  readonly name: string
  /** One sentence, in C conf's words where it has some. */
  readonly message: string
}

export interface LoadReport {
  readonly problems: readonly DotconfigProblem[]
  /** Writing the configuration now would not give the same values as the text. */
  readonly changed: boolean
}

/**
 * Replaces the user's values by those of a .config. Unknown symbols are reported and skipped; values that the tree
 * does not allow are kept as the wish of the user but have no effect.
 */
export function loadDotconfig(config: Config, text: string): LoadReport {
  const { problems, hasUnknown } = putDotconfig(config, text)
  config.invalidate()
  const unsaved = settle(config)
  const warned = problems.some(({ kind }) => kind !== 'unknown-symbol')
  return { problems, changed: hasUnknown || warned || unsaved }
}

/** Only replaces the user's values; nothing is computed. */
export function putDotconfig(
  config: Config,
  text: string,
): { problems: DotconfigProblem[]; hasUnknown: boolean } {
  const { tree } = config
  for (const symbol of tree.symbols) {
    config.markUser(symbol, symbol.kind === 'choice')
    config.putUserTristate(symbol, NO)
    config.putUserText(symbol, undefined)
    config.putUserChoice(symbol, undefined)
    config.forgetRank(symbol)
  }
  const problems: DotconfigProblem[] = []
  let hasUnknown = false
  readLines(text, tree.prefix, {
    assignment(name, value, line) {
      const symbol = tree.byName.get(name)
      const report = (kind: DotconfigProblem['kind'], message: string): void =>
        void problems.push({ kind, line, name, message })
      if (symbol === undefined || symbol.nodes.length === 0) {
        hasUnknown ||= symbol === undefined
        report('unknown-symbol', `unknown symbol: ${name}`)
        return
      }
      if (config.hasUserValue(symbol)) report('assigned-twice', `override: reassigning to symbol ${name}`)
      if (putValue(config, symbol, value, report)) putChoice(config, symbol, report)
    },
    unexpected(line, content) {
      problems.push({ kind: 'bad-line', line, name: '', message: `unexpected data: ${content}` })
    },
  })
  return { problems, hasUnknown }
}

type Report = (kind: DotconfigProblem['kind'], message: string) => void

function putValue(config: Config, symbol: KSymbol, value: string, report: Report): boolean {
  const invalid = (): false => {
    report('bad-value', `symbol value '${value}' invalid for ${symbol.name}`)
    return false
  }
  switch (symbol.type) {
    case 'bool':
    case 'tristate': {
      const letter = value.charAt(0)
      if (letter !== 'y' && letter !== 'n' && !(letter === 'm' && symbol.type === 'tristate'))
        return invalid()
      config.putUserTristate(symbol, letter === 'y' ? YES : letter === 'm' ? MOD : NO)
      break
    }
    case 'string': {
      if (!value.startsWith('"')) return true
      const content = unquote(value)
      if (content === undefined) {
        report('bad-value', 'invalid string found')
        return false
      }
      config.putUserText(symbol, content)
      break
    }
    case 'int':
    case 'hex':
      if (!isValidText(symbol, value)) return invalid()
      config.putUserText(symbol, value)
      break
    case 'unknown':
      return true
  }
  config.markUser(symbol, true)
  return true
}

function putChoice(config: Config, symbol: KSymbol, report: Report): void {
  const { choice } = symbol
  if (choice === undefined) return
  if (config.tree.rules === '6.12') return config.rankFirst(symbol)
  const value = config.userTristate(symbol)
  const mode = config.userTristate(choice)
  if (value === MOD && mode === YES) {
    report('choice-conflict', `${symbol.name} creates inconsistent choice state`)
    config.markUser(choice, false)
  } else if (value === YES) {
    if (mode !== NO) report('choice-conflict', `override: ${symbol.name} changes choice state`)
    config.putUserChoice(choice, symbol)
  }
  if (value > mode) config.putUserTristate(choice, value)
}

/** The text between quotes, escapes resolved; undefined without a closing quote. */
export function unquote(value: string): string | undefined {
  let text = ''
  let from = 1
  for (let at = 1; at < value.length; at++) {
    const code = value.charCodeAt(at)
    if (code === 34) return text + value.slice(from, at)
    if (code === 92) {
      text += value.slice(from, at)
      from = ++at
    }
  }
  return undefined
}

/** The line that says each symbol's value last, from 1, by name without the prefix. */
export function dotconfigLines(text: string, prefix = 'CONFIG_'): ReadonlyMap<string, number> {
  const lines = new Map<string, number>()
  readLines(text, prefix, {
    assignment: (name, _, line) => void lines.set(name, line),
    unexpected: () => undefined,
  })
  return lines
}

/** What `readLines` finds. */
export interface LineHandler {
  /** `NAME=value` or `# NAME is not set`, whose value is n. */
  assignment(name: string, value: string, line: number): void
  unexpected(line: number, content: string): void
}

const NEWLINE = 10
const RETURN = 13

/** Reads the lines of a .config without knowing any symbol. */
export function readLines(text: string, prefix: string, handler: LineHandler): void {
  const unsetPrefix = `# ${prefix}`
  for (let start = 0, line = 1; start < text.length; line++) {
    let next = text.indexOf('\n', start)
    if (next < 0) next = text.length
    const first = text.charCodeAt(start)
    if (text.startsWith(prefix, start) && first !== 35) {
      const equals = text.indexOf('=', start)
      if (equals >= 0 && equals < next) {
        const end = text.charCodeAt(next - 1) === RETURN && next < text.length ? next - 1 : next
        handler.assignment(
          text.slice(start + prefix.length, equals),
          text.slice(equals + 1, Math.max(equals + 1, end)),
          line,
        )
      }
    } else if (first === 35) {
      if (text.startsWith(unsetPrefix, start)) {
        const space = text.indexOf(' ', start + unsetPrefix.length)
        if (space >= 0 && space < next && text.startsWith('is not set', space + 1))
          handler.assignment(text.slice(start + unsetPrefix.length, space), 'n', line)
      }
    } else if (first !== NEWLINE && first !== RETURN) {
      let end = next
      const carriage = text.indexOf('\r', start)
      if (carriage >= 0 && carriage < next) end = carriage
      handler.unexpected(line, text.slice(start, end))
    }
    start = next + 1
  }
}

/**
 * Computes every value after a .config was put in, and takes back what the user cannot mean: numbers out of their
 * range, and values of symbols that cannot be seen. True when the values are not those of the text.
 */
export function settle(config: Config): boolean {
  const symbols = inHashOrder(config.tree.symbols)
  let unsaved = false
  for (const symbol of symbols) {
    if (symbol.kind === 'choice') {
      config.tristate(symbol)
      continue
    }
    const isWritten = config.isWritten(symbol)
    const hasValue = config.hasUserValue(symbol)
    if (hasValue && isWritten) {
      const same =
        symbol.type === 'bool' || symbol.type === 'tristate'
          ? config.userTristate(symbol) === config.tristate(symbol)
          : config.userText(symbol) === config.value(symbol)
      unsaved ||= !same
    } else {
      unsaved ||= hasValue || isWritten
    }
  }
  // Linux 6.12 takes nothing back.
  if (config.tree.rules === '6.12') return unsaved
  for (const symbol of symbols) {
    if (!config.hasUserValue(symbol) || symbol.choice !== undefined || symbol.transitional) continue
    if (config.visibility(symbol) === NO && !unsaved) config.markUser(symbol, false)
    const text = config.userText(symbol)
    const isText = symbol.type === 'string' || symbol.type === 'int' || symbol.type === 'hex'
    if (isText && !config.allowsText(symbol, text ?? '')) {
      config.markUser(symbol, false)
      config.forget(symbol)
      unsaved = true
    }
  }
  return unsaved
}
