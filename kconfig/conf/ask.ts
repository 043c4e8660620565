/** Asks for values line by line: oldconfig, oldaskconfig, syncconfig; and lists what is new. */
import { setTristate, setValue } from '../eval/assign.ts'
import type { Config } from '../eval/config.ts'
import { extendedHelp } from '../eval/help.ts'
import { isMenuVisible } from '../eval/visible.ts'
import type { Arranged } from '../lang/arrange.ts'
import { renderAssignment } from '../dotconfig/write.ts'
import { MOD, NO, YES, type KSymbol, type MenuNode, type Tristate } from '../lang/model.ts'
import type { ConfIo } from './io.ts'

export type AskMode = 'oldaskconfig' | 'oldconfig' | 'syncconfig' | 'listnewconfig' | 'helpnewconfig'

/** Standard input ended before every question had an answer that is allowed. */
export class EndOfInput extends Error {
  override readonly name = 'EndOfInput'
}

const LETTERS = ['n', 'm', 'y'] as const

export class Asker {
  /** A value other than before was set. */
  changed = false
  #mode: AskMode
  readonly #config: Config
  readonly #arranged: Arranged
  readonly #io: ConfIo
  #indent = 0
  /** The menu whose questions are being asked; menus inside it are only searched for new symbols. */
  #top: MenuNode
  #asked = false
  #ended = false

  constructor(config: Config, arranged: Arranged, io: ConfIo, mode: AskMode) {
    this.#config = config
    this.#arranged = arranged
    this.#io = io
    this.#mode = mode
    this.#top = config.tree.root
  }

  /** Asks until nothing is new. Throws `EndOfInput`. */
  async run(): Promise<void> {
    const { root } = this.#config.tree
    if (this.#mode === 'oldaskconfig') {
      await this.#ask(root)
      this.#mode = 'oldconfig'
    }
    do {
      this.#asked = false
      await this.#askNew(root)
    } while (this.#asked)
  }

  async #askNew(node: MenuNode): Promise<void> {
    const config = this.#config
    if (!this.#isVisible(node)) return
    const { symbol } = node
    if (symbol !== undefined && !config.hasUserValue(symbol)) {
      const isOpenChoice = symbol.kind === 'choice' && config.tristate(symbol) === YES
      if (config.isChangeable(symbol) || isOpenChoice) await this.#meetNew(node, symbol)
    }
    for (const child of this.#children(node)) await this.#askNew(child)
  }

  async #meetNew(node: MenuNode, symbol: KSymbol): Promise<void> {
    if (this.#mode === 'listnewconfig') {
      if (symbol.name !== '') this.#io.out(renderAssignment(this.#config, symbol))
    } else if (this.#mode === 'helpnewconfig') {
      this.#io.out('-----\n')
      this.#printHelp(node)
      this.#io.out('-----\n')
    } else {
      if (!this.#asked) this.#io.out('*\n* Restart config...\n*\n')
      this.#asked = true
      this.#top = this.#enclosingMenu(node)
      await this.#ask(this.#top)
    }
  }

  async #ask(node: MenuNode): Promise<void> {
    if (!this.#isVisible(node)) return
    const { symbol, prompt } = node
    if (prompt?.kind === 'menu' && this.#mode !== 'oldaskconfig' && this.#top !== node) {
      await this.#askNew(node)
      return
    }
    if (prompt !== undefined && prompt.kind !== 'prompt')
      this.#line(`*\n${this.#pad()}* ${prompt.text}\n${this.#pad()}*`)
    if (symbol?.kind === 'choice') {
      await this.#askChoice(node, symbol)
      if (this.#config.tristate(symbol) !== MOD) return
    } else if (symbol !== undefined) {
      if (symbol.type === 'bool' || symbol.type === 'tristate') await this.#askTristate(node, symbol)
      else await this.#askText(node, symbol)
    }
    if (symbol !== undefined) this.#indent += 2
    for (const child of this.#children(node)) await this.#ask(child)
    if (symbol !== undefined) this.#indent -= 2
  }

  async #askText(node: MenuNode, symbol: KSymbol): Promise<void> {
    const name = `${this.#pad()}${node.prompt?.text ?? ''} (${symbol.name}) `
    for (;;) {
      const value = this.#config.value(symbol)
      const answer = await this.#answer(`${name}[${value}] `, symbol, value)
      if (answer === undefined) return
      if (answer === '?\n') this.#printHelp(node)
      else if (this.#set(symbol, answer === '\n' ? value : answer.slice(0, -1))) return
    }
  }

  async #askTristate(node: MenuNode, symbol: KSymbol): Promise<void> {
    const config = this.#config
    for (;;) {
      const old = config.tristate(symbol)
      const others = LETTERS.filter(
        (_, value) => old !== value && config.allowsTristate(symbol, value as Tristate),
      )
      const name = symbol.name === '' ? '' : `(${symbol.name}) `
      const choices = `[${'NMY'.charAt(old)}${others.map((letter) => `/${letter}`).join('')}/?] `
      const question = `${this.#pad()}${node.prompt?.text ?? ''} ${name}${choices}`
      const answer = (await this.#answer(question, symbol, config.value(symbol)))?.trim()
      if (answer === undefined) return
      const value = answer === '' ? old : tristateAnswer(answer)
      if (value !== undefined && this.#setTristate(symbol, value)) return
      if (value !== undefined || answer.startsWith('?')) this.#printHelp(node)
    }
  }

  async #askChoice(node: MenuNode, choice: KSymbol): Promise<void> {
    const config = this.#config
    const isNew = !config.hasUserValue(choice)
    const isChangeable = config.isChangeable(choice)
    if (isChangeable) await this.#askTristate(node, choice)
    const mode = config.tristate(choice)
    if (mode === MOD && !isChangeable) this.#line(node.prompt?.text ?? choice.name)
    if (mode !== YES) return
    for (;;) {
      const entries = this.#children(node).filter(
        (child) => child.symbol !== undefined && this.#isVisible(child),
      )
      const chosen = this.#printChoice(node, config.chosen(choice))
      const picked = await this.#pick(node, entries.length, chosen, isNew)
      const entry = entries[(picked?.number ?? 0) - 1]
      if (picked === undefined || entry?.symbol === undefined) continue
      if (picked.text.endsWith('?')) {
        this.#printHelp(entry)
        continue
      }
      this.#setTristate(entry.symbol, YES)
      this.#indent += 2
      for (const child of this.#children(entry)) await this.#ask(child)
      this.#indent -= 2
      return
    }
  }

  /** Prints the values of a choice; returns the number of the one that is y. */
  #printChoice(node: MenuNode, chosen: KSymbol | undefined): number {
    this.#line(node.prompt?.text ?? '')
    let count = 0
    let number = 0
    for (const child of this.#children(node)) {
      if (!this.#isVisible(child)) continue
      const { symbol } = child
      if (symbol === undefined) {
        this.#line(`* ${child.prompt?.text ?? ''}`)
        continue
      }
      count++
      if (symbol === chosen) number = count
      const name = symbol.name === '' ? '' : ` (${symbol.name})`
      const isNew = this.#config.hasUserValue(symbol) ? '' : ' (NEW)'
      this.#line(`${symbol === chosen ? '>' : ' '} ${count}. ${child.prompt?.text ?? ''}${name}${isNew}`)
    }
    this.#io.out(`${this.#pad()}choice`)
    return number
  }

  /** Asks for a number from 1 to `count`; undefined for an answer that is none. */
  async #pick(
    node: MenuNode,
    count: number,
    chosen: number,
    isNew: boolean,
  ): Promise<{ number: number; text: string } | undefined> {
    if (count === 1) {
      this.#io.out('[1]: 1\n')
      return { number: 1, text: '' }
    }
    this.#io.out(`[1-${count}?]: `)
    if (this.#mode !== 'oldaskconfig' && !isNew) {
      this.#io.out(`${chosen}\n`)
      return { number: chosen, text: '' }
    }
    const text = (await this.#readLine('')).trim()
    if (text === '') {
      if (chosen === 0 && this.#ended) throw new EndOfInput()
      return { number: chosen, text }
    }
    if (text.startsWith('?')) {
      this.#printHelp(node)
      return undefined
    }
    return /^\d/.test(text) ? { number: Number.parseInt(text, 10), text } : undefined
  }

  /** Prints a question and waits for the answer, with its new line; undefined when none is needed. */
  async #answer(question: string, symbol: KSymbol, value: string): Promise<string | undefined> {
    const config = this.#config
    const isNew = !config.hasUserValue(symbol)
    this.#io.out(question + (isNew ? '(NEW) ' : ''))
    if (!config.isChangeable(symbol) || (!isNew && this.#mode !== 'oldaskconfig')) {
      this.#io.out(`${value}\n`)
      return undefined
    }
    return this.#readLine('\n')
  }

  /** At the end of input the default answers, once; a question that it does not answer would be asked for ever. */
  async #readLine(fallback: string): Promise<string> {
    const line = await this.#io.readLine()
    if (line === undefined) {
      this.#io.err('\nError in reading or end of file.\n')
      this.#ended = true
    }
    if (!this.#io.isInteractive) this.#io.out(line ?? fallback)
    return line === undefined || line.endsWith('\n') ? (line ?? fallback) : `${line}\n`
  }

  #set(symbol: KSymbol, text: string): boolean {
    const before = this.#config.value(symbol)
    const ok = setValue(this.#config, symbol, text)
    if (!ok && this.#ended) throw new EndOfInput()
    this.changed ||= ok && before !== this.#config.value(symbol)
    return ok
  }

  #setTristate(symbol: KSymbol, value: Tristate): boolean {
    const before = this.#config.tristate(symbol)
    const ok = setTristate(this.#config, symbol, value)
    if (!ok && this.#ended) throw new EndOfInput()
    this.changed ||= ok && before !== value
    return ok
  }

  #printHelp(node: MenuNode): void {
    this.#io.out(`\n${extendedHelp(this.#config, this.#arranged, node)}\n`)
  }

  #enclosingMenu(node: MenuNode): MenuNode {
    let menu: MenuNode | undefined = node
    while (menu !== undefined && menu.kind !== 'root' && menu.prompt?.kind !== 'menu')
      menu = this.#arranged.layout.parent(menu)
    return menu ?? this.#config.tree.root
  }

  #children(node: MenuNode): MenuNode[] {
    return this.#arranged.layout.children(node)
  }

  #isVisible(node: MenuNode): boolean {
    return isMenuVisible(this.#config, this.#arranged.layout, node)
  }

  #pad(): string {
    return ' '.repeat(this.#indent)
  }

  #line(text: string): void {
    this.#io.out(`${this.#pad()}${text}\n`)
  }
}

function tristateAnswer(text: string): Tristate | undefined {
  if (/^[nN](o)?$/.test(text)) return NO
  if (/^[mM]$/.test(text)) return MOD
  return /^[yY](es)?$/.test(text) ? YES : undefined
}
