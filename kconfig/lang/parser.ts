/**
 * Reads Kconfig files into a `Tree`. One loop over statements with an explicit stack of files and one of open blocks:
 * nothing in the input can exhaust the call stack. Parsing never fails; what cannot be understood is reported, left
 * out, and reading goes on at the next line.
 *
 * Besides Linux 6.1's language it takes what C conf would refuse but older or other trees use: `---help---`,
 * `option ...`, `boolean`, unquoted prompts and file names, `$NAME` in file names, globs, Kconfiglib's `rsource`,
 * `osource`, `orsource`, `configdefault` and `def_int`/`def_hex`/`def_string`, and Linux 6.18's `transitional`.
 */
import { TreeBuilder } from './builder.ts'
import { Cursor } from './cursor.ts'
import { finishTree } from './finish.ts'
import { DEFAULT_TYPES, interned, isKeyword, isOptionWord, TYPES } from './keywords.ts'
import { Macros, type Assignment } from './macros.ts'
import type { Expr, MenuNode, Place, PromptProperty, SymbolType, Tree } from './model.ts'
import type { ParseOptions } from './options.ts'
import { PendingSymbols } from './pending.ts'
import * as problems from './problems.ts'
import { Reports } from './reports.ts'
import type { Scanner, ScannerHost } from './scanner.ts'
import { Sources } from './sources.ts'

const BLOCKS_MAX = 200

interface Block {
  readonly kind: 'menu' | 'if' | 'choice'
  readonly node: MenuNode
  readonly file: string
}

/** Reads a tree. Always returns one; see `Tree.problems`. */
export function parseKconfig(options: ParseOptions): Tree {
  return new Parser(options).parse()
}

class Parser implements ScannerHost {
  readonly #options: ParseOptions
  readonly #builder: TreeBuilder
  readonly #macros: Macros
  readonly #reports: Reports
  readonly #pending: PendingSymbols
  readonly #sources: Sources
  readonly #blocks: Block[] = []
  readonly #environment = new Map<string, string>()
  readonly #cursor: Cursor
  /** What option lines belong to. */
  #entry: MenuNode
  #menuconfigWithoutPrompt: MenuNode | undefined

  constructor(options: ParseOptions) {
    this.#options = options
    const start: Place = { file: options.root, line: 1 }
    this.#reports = new Reports(() => this.#chain())
    this.#sources = new Sources(options, this, this.#reports)
    const env = options.env ?? {}
    this.#macros = new Macros({
      env,
      shell: options.shell,
      startShell: options.startShell,
      place: () => this.#here(),
      environmentUsed: (name, value) => void this.#environment.set(name, value),
      info: (text) => this.#reports.info(text),
      message: (severity, text) => this.#reports.userMessage(this.#here(), severity, text),
      mistake: (text) => this.#reports.macro(this.#here(), text),
      shellRefused: (command) =>
        this.#reports.add(problems.shellRefused(this.#here(), this.#chain(), command)),
    })
    this.#builder = new TreeBuilder(start, this.#reports)
    this.#entry = this.#builder.root
    this.#pending = new PendingSymbols(this.#builder, () => this.#cursor.at)
    this.#cursor = new Cursor(start, this.#sources, this.#pending, this.#reports)
  }

  parse(): Tree {
    const { prefix = 'CONFIG_', rules = '6.1', modulesByName = false } = this.#options
    this.#sources.openRoot()
    while (this.#sources.isOpen) this.#statement()
    this.#pending.settle(
      (pending) => this.#macros.resolve(pending),
      (at) => this.#reports.syntax(at, 'invalid statement'),
    )
    return finishTree(this.#builder, this.#reports, {
      prefix,
      rules,
      modulesByName,
      files: this.#sources.names,
      environment: this.#environment,
    })
  }

  // What the scanner and the macros ask.

  expandDollar(text: string, position: number, limit: number): { value: string; next: number } {
    return this.#macros.expandDollar(text, position, limit)
  }
  resolve(text: string): string {
    return this.#macros.resolve(text)
  }
  ignoredCharacter(line: number, char: string): void {
    this.#reports.ignoredCharacter({ file: this.#scanner.file, line }, char)
  }
  openString(): void {
    this.#reports.openString(this.#cursor.at)
  }
  noNewline(line: number): void {
    this.#reports.noNewline({ file: this.#scanner.file, line })
  }
  #here(): Place {
    return { file: this.#scanner.file, line: this.#scanner.line }
  }
  #chain(): string[] {
    return this.#sources.chain()
  }
  get #scanner(): Scanner {
    return this.#sources.scanner
  }

  // Files.

  #closeFile(): void {
    while (this.#blocks.length > this.#sources.blocksAtStart) {
      const block = this.#blocks.at(-1)
      if (block !== undefined) this.#reports.missingEnd(block.node, block.kind)
      this.#closeBlock()
    }
    this.#sources.close(this.#blocks.length)
  }

  #source(keyword: string): void {
    const relative = keyword.includes('rsource')
    const optional = /^[og]/.test(keyword)
    // Old trees have no quotes around file names.
    const bare = this.#scanner.unquotedRest()
    this.#cursor.next()
    const text =
      bare === undefined ? this.#cursor.textOrWords() : this.#macros.resolve(this.#macros.expand(bare))
    if (text === '') this.#cursor.invalid('invalid statement')
    if (!this.#cursor.endOfStatement()) return
    const name = this.#expandOldEnvironment(text)
    const slash = this.#scanner.file.lastIndexOf('/')
    const path = relative && slash >= 0 ? `${this.#scanner.file.slice(0, slash)}/${name}` : name
    const place = this.#cursor.at
    const found = /[*?[]/.test(path) ? this.#options.glob?.(path) : undefined
    if (found?.length === 0 && !optional) this.#reports.missingFile(place, path)
    this.#sources.include(found ?? [path], place, optional || found !== undefined, this.#blocks.length)
  }

  /** Before Linux 4.18, `$NAME` in a file name was the symbol or environment variable NAME. */
  #expandOldEnvironment(text: string): string {
    if (!text.includes('$')) return text
    return text.replace(/\$(\w+)/g, (whole, name: string) => {
      const variable = this.#builder.find(name)?.env ?? name
      const value = this.#options.env?.[variable]
      if (value !== undefined) this.#environment.set(variable, value)
      return value ?? whole
    })
  }

  // Statements.

  #statement(): void {
    this.#macros.beginStatement()
    this.#cursor.begin()
    if (this.#menuconfigWithoutPrompt !== undefined) this.#checkMenuconfig()
    if (this.#cursor.token === 'eof') this.#closeFile()
    else if (this.#cursor.token === 'word') this.#wordStatement(interned(this.#scanner.text))
    else this.#cursor.invalid('invalid statement')
  }

  #wordStatement(word: string): void {
    const inChoice = this.#blocks.at(-1)?.kind === 'choice'
    switch (word) {
      case 'config':
      case 'menuconfig':
      case 'configdefault':
        return this.#config(word)
      case 'choice':
        return this.#choice()
      case 'comment':
        return this.#prompted('comment')
      case 'menu':
        return this.#prompted('menu')
      case 'mainmenu':
        return this.#mainmenu()
      case 'if':
        return this.#if()
      case 'endif':
      case 'endmenu':
      case 'endchoice':
        return this.#end(word.slice(3) as Block['kind'])
      case 'source':
      case 'rsource':
      case 'osource':
      case 'orsource':
      case 'gsource':
      case 'grsource':
        return this.#source(word)
    }
    this.#cursor.next()
    if (this.#cursor.token === '=' || this.#cursor.token === ':=' || this.#cursor.token === '+=') {
      if (inChoice) return this.#cursor.invalid('invalid statement')
      return this.#assign(word, this.#cursor.token)
    }
    if (this.#entry.kind !== 'root' && this.#option(word)) return
    this.#cursor.invalid(isKeyword(word) ? 'invalid statement' : `unknown statement "${word}"`)
  }

  #assign(name: string, operator: Assignment): void {
    const text = this.#scanner.assignedText()
    this.#macros.assign(name, operator, text)
    this.#cursor.token = this.#scanner.next()
  }

  #config(keyword: 'config' | 'menuconfig' | 'configdefault'): void {
    this.#cursor.next()
    if (this.#cursor.token !== 'word') return this.#cursor.invalid('invalid statement')
    const symbol = this.#builder.symbol(this.#scanner.text)
    this.#cursor.next()
    this.#entry = this.#builder.root
    if (!this.#cursor.endOfStatement()) return
    if (symbol.kind === 'constant')
      return this.#cursor.invalid(`"${symbol.name}" is a value and cannot be defined`)
    const menuconfig = keyword === 'menuconfig'
    const kind = keyword === 'configdefault' ? 'defaults' : 'symbol'
    this.#entry = this.#builder.entry(kind, this.#cursor.at, symbol, menuconfig)
    if (menuconfig) this.#menuconfigWithoutPrompt = this.#entry
  }

  #checkMenuconfig(): void {
    // The options of the entry are over when a statement begins that is none; its prompt may still come until then.
    const entry = this.#menuconfigWithoutPrompt
    if (entry === undefined) return
    if (entry.prompt !== undefined) this.#menuconfigWithoutPrompt = undefined
    else if (this.#cursor.token !== 'word' || !isOptionWord(this.#scanner.text)) {
      this.#menuconfigWithoutPrompt = undefined
      this.#reports.menuconfigWithoutPrompt(this.#cursor.at, entry)
    }
  }

  #choice(): void {
    this.#cursor.next()
    let name = ''
    if (this.#cursor.token === 'word') {
      name = this.#scanner.text
      this.#cursor.next()
    }
    if (!this.#cursor.endOfStatement()) return
    this.#entry = this.#builder.entry('choice', this.#cursor.at, this.#builder.choice(name), false)
    this.#openBlock('choice')
  }

  #prompted(kind: 'menu' | 'comment'): void {
    this.#cursor.next()
    const text = this.#cursor.textOrWords()
    if (!this.#cursor.endOfStatement()) return
    this.#entry = this.#builder.entry(kind, this.#cursor.at, undefined, false)
    this.#builder.prompt(this.#entry, kind, text, undefined, this.#cursor.at)
    if (kind === 'menu') this.#openBlock('menu')
  }

  #mainmenu(): void {
    this.#cursor.next()
    const text = this.#expandOldEnvironment(this.#cursor.textOrWords())
    if (!this.#cursor.endOfStatement()) return
    this.#builder.prompt(this.#builder.root, 'menu', text, undefined, this.#cursor.at)
  }

  #if(): void {
    this.#cursor.next()
    const condition = this.#cursor.condition()
    if (!this.#cursor.endOfStatement()) return
    this.#entry = this.#builder.entry('if', this.#cursor.at, undefined, false)
    this.#entry.dependsOn = condition
    this.#openBlock('if')
  }

  #openBlock(kind: Block['kind']): void {
    if (this.#blocks.length >= BLOCKS_MAX) {
      this.#reports.add(problems.tooDeep(this.#cursor.at, this.#chain(), 'blocks', BLOCKS_MAX))
      return
    }
    this.#blocks.push({ kind, node: this.#entry, file: this.#scanner.file })
    this.#builder.enter(this.#entry)
  }

  #closeBlock(): void {
    const block = this.#blocks.pop()
    if (block === undefined) return
    this.#builder.leave(block.node)
    this.#entry = this.#builder.root
  }

  #end(kind: Block['kind']): void {
    this.#cursor.next()
    if (!this.#cursor.endOfStatement()) return
    const block = this.#blocks.at(-1)
    this.#entry = this.#builder.root
    if (block === undefined) return this.#cursor.invalid('invalid statement')
    if (block.kind !== kind) return this.#reports.unexpectedEnd(this.#cursor.at, kind, block.kind)
    if (this.#blocks.length <= this.#sources.blocksAtStart)
      return this.#reports.endElsewhere(this.#cursor.at, kind, block.node)
    this.#closeBlock()
  }

  // Options of an entry. The word itself is taken already.

  /** False when `word` begins no option of the current entry. */
  #option(word: string): boolean {
    const { kind } = this.#entry
    if (word === 'depends' || word === 'requires') {
      if (kind === 'if') return false
      this.#dependsOn()
      return true
    }
    if (word === 'visible' && kind === 'menu') {
      const condition = this.#cursor.ifCondition()
      if (this.#cursor.endOfStatement()) this.#builder.addVisibility(this.#entry, condition)
      return true
    }
    if (kind !== 'symbol' && kind !== 'choice' && kind !== 'defaults') return false
    if (word === 'help' || word === '---help---') {
      if (this.#cursor.endOfStatement()) this.#help()
      return true
    }
    const type = TYPES.get(word)
    if (type !== undefined) {
      const prompt =
        this.#cursor.token === 'eol' || this.#cursor.token === 'eof' ? undefined : this.#cursor.textOrWords()
      const condition = prompt === undefined ? undefined : this.#cursor.ifCondition()
      if (!this.#cursor.endOfStatement()) return true
      if (prompt !== undefined) this.#addPrompt(prompt, condition)
      this.#builder.setType(this.#entry, type)
      return true
    }
    if (word === 'prompt') {
      const text = this.#cursor.textOrWords()
      const condition = this.#cursor.ifCondition()
      if (this.#cursor.endOfStatement()) this.#addPrompt(text, condition)
      return true
    }
    if (kind === 'choice') return this.#choiceOption(word)
    return this.#configOption(word)
  }

  #addPrompt(text: string, condition: Expr | undefined): void {
    const kind: PromptProperty['kind'] = this.#entry.menuconfig ? 'menu' : 'prompt'
    this.#builder.prompt(this.#entry, kind, text, condition, this.#cursor.at)
  }

  #choiceOption(word: string): boolean {
    if (word === 'optional') {
      if (this.#cursor.endOfStatement() && this.#entry.symbol) this.#entry.symbol.optional = true
      return true
    }
    if (word !== 'default') return false
    this.#defaultValue('unknown')
    return true
  }

  #configOption(word: string): boolean {
    const defaultType = DEFAULT_TYPES.get(word)
    if (word === 'default' || defaultType !== undefined) {
      this.#defaultValue(defaultType ?? 'unknown')
      return true
    }
    switch (word) {
      case 'select':
      case 'enable':
      case 'imply': {
        const target = this.#cursor.symbolOperand(false)
        if (target === undefined) return true
        const condition = this.#cursor.ifCondition()
        if (this.#cursor.endOfStatement())
          this.#builder.select(
            this.#entry,
            word === 'imply' ? 'imply' : 'select',
            target,
            condition,
            this.#cursor.at,
          )
        return true
      }
      case 'range': {
        const low = this.#cursor.symbolOperand(true)
        const high = low && this.#cursor.symbolOperand(true)
        if (low === undefined || high === undefined) return true
        const condition = this.#cursor.ifCondition()
        if (this.#cursor.endOfStatement())
          this.#builder.range(this.#entry, low, high, condition, this.#cursor.at)
        return true
      }
      case 'modules':
        if (this.#cursor.endOfStatement()) this.#builder.setModules(this.#entry, this.#cursor.at)
        return true
      case 'transitional':
        if (this.#cursor.endOfStatement() && this.#entry.symbol) this.#entry.symbol.transitional = true
        return true
      case 'option':
        this.#optionOption()
        return true
    }
    return false
  }

  /** `option env="NAME"`, `option modules`, `option defconfig_list`, `option allnoconfig_y`. */
  #optionOption(): void {
    const { symbol } = this.#entry
    do {
      const name = this.#cursor.token === 'word' ? this.#scanner.text : ''
      this.#cursor.next()
      let value: string | undefined
      if (this.#cursor.token === '=') {
        this.#cursor.next()
        value = this.#scanner.text
        this.#cursor.next()
      }
      if (symbol === undefined) continue
      if (name === 'modules') this.#builder.setModules(this.#entry, this.#cursor.at)
      else if (name === 'defconfig_list') this.#builder.defconfigList ??= symbol
      else if (name === 'allnoconfig_y') symbol.allnoconfigY = true
      else if (name === 'env' && value !== undefined) {
        symbol.env = value
        const text = this.#options.env?.[value]
        if (text !== undefined) {
          this.#environment.set(value, text)
          this.#builder.addDefault(
            this.#entry,
            { kind: 'symbol', symbol: this.#builder.constant(text) },
            undefined,
            this.#cursor.at,
          )
        }
      } else this.#reports.syntax(this.#cursor.at, `unknown option "${name}"`)
    } while (this.#cursor.token === 'word')
    this.#cursor.endOfStatement()
  }

  #defaultValue(type: SymbolType): void {
    const value = this.#cursor.value()
    if (value === undefined) return
    const condition = this.#cursor.ifCondition()
    if (!this.#cursor.endOfStatement()) return
    this.#builder.addDefault(this.#entry, value, condition, this.#cursor.at)
    if (type !== 'unknown') this.#builder.setType(this.#entry, type)
  }

  #dependsOn(): void {
    if (this.#cursor.token === 'word' && this.#scanner.text === 'on') this.#cursor.next()
    const condition = this.#cursor.condition()
    if (condition !== undefined && this.#cursor.endOfStatement())
      this.#builder.addDependency(this.#entry, condition)
  }

  #help(): void {
    const help = this.#scanner.help()
    const place = { file: this.#scanner.file, line: this.#scanner.line }
    if (this.#entry.help !== undefined) this.#reports.secondHelp(place, this.#entry)
    if (help.isBlank) this.#reports.blankHelp(place, this.#entry)
    if (help.startsUnindented) this.#reports.unindentedHelp(place, this.#entry)
    this.#entry.help = help
    this.#cursor.token = 'eol'
  }
}
