/**
 * Collects what is wrong with a tree, twice: as problems for the API, and as the lines that Linux 6.1's conf prints,
 * in its order and on its streams, for the conf front.
 */
import type { ConfOutput, KSymbol, MenuNode, Place, SymbolType } from './model.ts'
import * as problems from './problems.ts'
import type { Problem } from './problems.ts'

type BlockKind = 'menu' | 'if' | 'choice'

/** The name that C conf gives a choice without one. */
export const displayName = (symbol: KSymbol | undefined): string => symbol?.name || '<choice>'

export class Reports {
  readonly problems: Problem[] = []
  readonly output: ConfOutput[] = []
  /** A statement could not be read: C conf stops once all files are read. */
  hasSyntaxErrors = false
  readonly #chain: () => readonly string[]

  constructor(chain: () => readonly string[]) {
    this.#chain = chain
  }

  add(problem: Problem): void {
    this.problems.push(problem)
  }

  /** What C conf prints on stderr; with `fatal` it stops there. */
  print(text: string, fatal = false): void {
    this.output.push(fatal ? { stream: 'stderr', text, fatal } : { stream: 'stderr', text })
  }

  info(text: string): void {
    this.output.push({ stream: 'stdout', text: `${text}\n` })
  }

  userMessage(at: Place, severity: Problem['severity'], text: string): void {
    this.add(problems.userMessage(at, this.#chain(), severity, text))
    this.print(`${at.file}:${at.line}: ${text}\n`, severity === 'error')
  }

  macro(at: Place, text: string): void {
    this.add(problems.macroError(at, this.#chain(), text))
    this.print(`${at.file}:${at.line}: ${text}\n`, true)
  }

  ignoredCharacter(at: Place, char: string): void {
    this.add(problems.ignoredCharacter(at, this.#chain(), char))
    this.print(`${at.file}:${at.line}:warning: ignoring unsupported character '${char}'\n`)
  }

  openString(at: Place): void {
    this.add(problems.openString(at, this.#chain()))
    this.print(`${at.file}:${at.line}:warning: multi-line strings not supported\n`)
  }

  noNewline(at: Place): void {
    this.add(problems.noNewline(at, this.#chain()))
    this.print(`${at.file}:${at.line}:warning: no new line at end of file\n`)
  }

  missingRoot(at: Place, file: string): void {
    this.add(problems.missingFile(at, [], file))
    this.print(`can't find file ${file}\n`, true)
  }

  missingFile(at: Place, file: string): void {
    this.add(problems.missingFile(at, this.#chain(), file))
    this.print(`${at.file}:${at.line}: can't open file "${file}"\n`, true)
  }

  /** `open` holds the files being read, outermost first, each with the place of its `source`. */
  sourceLoop(at: Place, file: string, open: readonly { file: string; from: Place | undefined }[]): void {
    this.add(problems.sourceLoop(at, this.#chain(), file))
    const from: Place[] = [at]
    for (let i = open.length - 1; i >= 0 && from.at(-1)?.file !== file; i--) {
      const place = open[i]?.from
      if (place !== undefined) from.push(place)
    }
    this.print(
      `Recursive inclusion detected.\nInclusion path:\n  current file : ${file}\n` +
        from.map((place) => `  included from: ${place.file}:${place.line}\n`).join(''),
      true,
    )
  }

  syntax(at: Place, message: string): void {
    this.hasSyntaxErrors = true
    this.add(problems.syntax(at, this.#chain(), message))
    this.print(`${at.file}:${at.line + 1}: syntax error\n${at.file}:${at.line}: ${message}\n`)
  }

  missingEnd(node: MenuNode, kind: BlockKind): void {
    this.hasSyntaxErrors = true
    const message = `The ${kind} has no end${kind} in its file`
    this.add(problems.badBlock(node, this.#chain(), message))
    this.print(`${node.file}:${node.line}: missing end statement for this entry\n`)
  }

  unexpectedEnd(at: Place, kind: BlockKind, open: BlockKind): void {
    this.hasSyntaxErrors = true
    const message = `unexpected '${kind}' within ${open} block`
    this.add(problems.badBlock(at, this.#chain(), message))
    this.print(`${at.file}:${at.line}: ${message}\n`)
  }

  endElsewhere(at: Place, kind: BlockKind, opened: MenuNode): void {
    this.hasSyntaxErrors = true
    const message = `'${kind}' in different file than '${kind}'`
    this.add(problems.badBlock(at, this.#chain(), `${message}; it begins at ${opened.file}:${opened.line}`))
    this.print(
      `${at.file}:${at.line}: ${message}\n${opened.file}:${opened.line}: location of the '${kind}'\n`,
    )
  }

  modulesRedefined(at: Place, symbol: KSymbol, first: KSymbol): void {
    this.hasSyntaxErrors = true
    const message = `symbol '${symbol.name}' redefines option 'modules' already defined by symbol '${first.name}'`
    this.add(problems.syntax(at, this.#chain(), message))
    this.print(`${at.file}:${at.line}: ${message}\n`)
  }

  menuconfigWithoutPrompt(at: Place, entry: MenuNode): void {
    this.add(problems.badEntry(entry, 'menuconfig statement without prompt'))
    this.print(`${at.file}:${at.line}: warning: menuconfig statement without prompt\n`)
  }

  secondHelp(at: Place, entry: MenuNode): void {
    const message = `'${displayName(entry.symbol)}' defined with more than one help text -- only the last one will be used`
    this.add(problems.badHelp(at, message))
    this.print(`${at.file}:${at.line}: warning: ${message}\n`)
  }

  blankHelp(at: Place, entry: MenuNode): void {
    const message = `'${displayName(entry.symbol)}' defined with blank help text`
    this.add(problems.badHelp(at, message))
    this.print(`${at.file}:${at.line}: warning: ${message}\n`)
  }

  /** C conf takes the line without a word; only the API tells. */
  unindentedHelp(at: Place, entry: MenuNode): void {
    const message = `The help of '${displayName(entry.symbol)}' begins without indentation, so the line after it is taken as text`
    this.add(problems.badHelp(at, message))
  }

  typeRedefined(node: MenuNode, symbol: KSymbol, type: SymbolType): void {
    const name = displayName(symbol)
    const message = `ignoring type redefinition of '${name}' from '${typeName(symbol.type)}' to '${typeName(type)}'`
    this.#redefined(node, message)
  }

  promptRedefined(at: Place): void {
    this.#redefined(at, 'prompt redefined')
  }

  #redefined(at: Place, message: string): void {
    this.add(problems.redefined(at, message))
    this.print(`${at.file}:${at.line}:warning: ${message}\n`)
  }

  leadingWhitespace(at: Place): void {
    this.entry(at, 'leading whitespace ignored')
  }

  /** A warning about an entry or one of its properties. */
  entry(at: Place, message: string): void {
    this.add(problems.badEntry(at, message))
    this.print(`${at.file}:${at.line}:warning: ${message}\n`)
  }
}

/** A type as C conf writes it in messages. */
export function typeName(type: SymbolType): string {
  return type === 'int' ? 'integer' : type
}
