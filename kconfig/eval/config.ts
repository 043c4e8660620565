/**
 * One configuration of a tree: what the user set, and the values that follow from it.
 *
 * Values are computed when asked for and kept until something is set. The rules are those of Linux 6.1, in its order
 * of evaluation, because warnings and the states of choices follow that order.
 */
import type { Expr, KSymbol, MenuNode, Property, Tree, Tristate } from '../lang/model.ts'
import { MOD, NO, YES } from '../lang/model.ts'
import { isValidText } from '../lang/finish.ts'
import { compareValues, leadingNumber, type Numeric } from './compare.ts'
import { settledFirst } from './settle.ts'
import { indexOf, type TreeIndex } from './tree-index.ts'

const VALID = 1
const WRITE = 2
const USER = 4
/** A choice's values all get a value when it is next computed (the all*config modes). */
const FILL_CHOICE = 8

/** The recursion goes no deeper than this before what lies below is computed in order of dependency. */
const DEPTH_MAX = 90

const UNKNOWN = 255

export type TristateName = 'n' | 'm' | 'y'
const NAMES: readonly TristateName[] = ['n', 'm', 'y']
export const tristateName = (value: Tristate): TristateName => NAMES[value] ?? 'n'

/** Called when a symbol is selected although it depends on something that is off. */
export type UnmetHandler = (symbol: KSymbol) => void

export class Config {
  readonly tree: Tree
  readonly index: TreeIndex
  /** Told of unmet dependencies while values are computed. */
  onUnmet: UnmetHandler | undefined
  readonly #flags: Uint8Array
  readonly #userTristate: Uint8Array
  readonly #userText: (string | undefined)[]
  /** Of a choice: the id of the value the user chose. */
  readonly #userChoice: Int32Array
  /** Linux 6.12: of a value of a choice: the greater, the later it was set; negative for what was set at random. */
  readonly #rank: Int32Array
  #rankMax = 0
  #rankMin = 0
  readonly #tristate: Uint8Array
  readonly #text: string[]
  readonly #chosen: Int32Array
  readonly #visible: Uint8Array
  readonly #directDependency: Uint8Array
  readonly #reverseDependency: Uint8Array
  readonly #implied: Uint8Array
  readonly #entryDependency: Uint8Array
  readonly #menuVisibility: Uint8Array
  #modules: Tristate = NO
  #depth = 0
  #settling = false

  constructor(tree: Tree, from?: Config) {
    this.tree = tree
    this.index = indexOf(tree)
    const count = tree.symbols.length
    this.#flags = from ? from.#flags.slice() : new Uint8Array(count)
    this.#userTristate = from ? from.#userTristate.slice() : new Uint8Array(count)
    this.#userText = from ? from.#userText.slice() : new Array<string | undefined>(count)
    this.#userChoice = from ? from.#userChoice.slice() : new Int32Array(count).fill(-1)
    this.#rank = from ? from.#rank.slice() : new Int32Array(count)
    if (from) [this.#rankMin, this.#rankMax] = [from.#rankMin, from.#rankMax]
    this.#tristate = new Uint8Array(count)
    this.#text = new Array<string>(count).fill('')
    this.#chosen = new Int32Array(count).fill(-1)
    this.#visible = new Uint8Array(count)
    this.#directDependency = new Uint8Array(count)
    this.#reverseDependency = new Uint8Array(count)
    this.#implied = new Uint8Array(count)
    this.#entryDependency = new Uint8Array(tree.nodes.length)
    this.#menuVisibility = new Uint8Array(tree.nodes.length)
    this.invalidate()
  }

  /** A configuration with the same user values, which goes its own way from here. */
  clone(): Config {
    return new Config(this.tree, this)
  }

  // Values.

  /** n, m or y; n for what is no bool or tristate. */
  tristate(symbol: KSymbol): Tristate {
    this.#compute(symbol)
    return this.#tristate[symbol.id] as Tristate
  }

  /** The value as .config writes it, without quotes; the name of an undefined symbol. */
  value(symbol: KSymbol): string {
    this.#compute(symbol)
    if (symbol.type === 'bool' || symbol.type === 'tristate') return tristateName(this.tristate(symbol))
    return this.#text[symbol.id] ?? ''
  }

  /** How far its prompts let the user go; n when it cannot be seen. */
  visibility(symbol: KSymbol): Tristate {
    this.#compute(symbol)
    return this.#visible[symbol.id] as Tristate
  }

  /** How far it is selected by others: the least it can be. */
  selected(symbol: KSymbol): Tristate {
    this.#compute(symbol)
    return this.#reverseDependency[symbol.id] as Tristate
  }

  implied(symbol: KSymbol): Tristate {
    this.#compute(symbol)
    return this.#implied[symbol.id] as Tristate
  }

  /** What its dependencies allow, prompts aside. */
  dependency(symbol: KSymbol): Tristate {
    this.#compute(symbol)
    return this.#directDependency[symbol.id] as Tristate
  }

  /** Of a choice: the value that is y. */
  chosen(choice: KSymbol): KSymbol | undefined {
    this.#compute(choice)
    return this.tree.symbols[this.#chosen[choice.id] ?? -1]
  }

  /** It has a line in .config. */
  isWritten(symbol: KSymbol): boolean {
    this.#compute(symbol)
    return (this.#flag(symbol) & WRITE) !== 0
  }

  /** A tristate that can only be n or y here counts as a bool. */
  effectiveType(symbol: KSymbol): KSymbol['type'] {
    if (symbol.type !== 'tristate') return symbol.type
    if (symbol.choice !== undefined && this.#visible[symbol.id] === YES) return 'bool'
    return this.#modules === NO ? 'bool' : 'tristate'
  }

  /** The user can change it. */
  isChangeable(symbol: KSymbol): boolean {
    return this.visibility(symbol) > this.selected(symbol)
  }

  // What the user set.

  hasUserValue(symbol: KSymbol): boolean {
    return (this.#flag(symbol) & USER) !== 0
  }

  userTristate(symbol: KSymbol): Tristate {
    return this.#userTristate[symbol.id] as Tristate
  }

  userText(symbol: KSymbol): string | undefined {
    return this.#userText[symbol.id]
  }

  userChoice(choice: KSymbol): KSymbol | undefined {
    return this.tree.symbols[this.#userChoice[choice.id] ?? -1]
  }

  /** Keeps a value as the user's without asking whether it is allowed; `invalidate` is up to the caller. */
  putUserTristate(symbol: KSymbol, value: Tristate): void {
    this.#userTristate[symbol.id] = value
  }
  putUserText(symbol: KSymbol, text: string | undefined): void {
    this.#userText[symbol.id] = text
  }
  putUserChoice(choice: KSymbol, value: KSymbol | undefined): void {
    this.#userChoice[choice.id] = value?.id ?? -1
  }
  /** Linux 6.12: the value of a choice was set last of all, and counts first. */
  rankFirst(symbol: KSymbol): void {
    this.#rank[symbol.id] = ++this.#rankMax
  }
  /** Linux 6.12: the value of a choice was set, but what was set before counts first. */
  rankLast(symbol: KSymbol): void {
    this.#rank[symbol.id] = --this.#rankMin
  }
  forgetRank(symbol: KSymbol): void {
    this.#rank[symbol.id] = 0
  }
  markUser(symbol: KSymbol, isUser: boolean): void {
    this.#setFlag(symbol, USER, isUser)
  }
  isComputed(symbol: KSymbol): boolean {
    return (this.#flag(symbol) & VALID) !== 0
  }
  forget(symbol: KSymbol): void {
    this.#setFlag(symbol, VALID, false)
  }
  /** All values of the choice count as set by the user once it is computed. */
  fillChoiceLater(symbol: KSymbol): void {
    this.#setFlag(symbol, FILL_CHOICE, true)
  }

  /** Values without one become n, and the choice counts as set. */
  fillChoice(choice: KSymbol): void {
    for (const value of choice.values) if (!this.hasUserValue(value)) this.#userTristate[value.id] = NO
    this.#setFlag(choice, USER, true)
    this.#setFlag(choice, VALID | FILL_CHOICE, false)
  }

  /** Forgets all computed values. */
  invalidate(): void {
    for (let id = 0; id < this.#flags.length; id++) this.#flags[id] = (this.#flags[id] ?? 0) & ~VALID
    for (let id = 0; id < 3; id++) {
      this.#flags[id] = VALID
      this.#tristate[id] = id
      this.#text[id] = tristateName(id as Tristate)
    }
    this.forgetConditions()
    this.#compute(this.tree.modules)
  }

  /** Forgets what entries depend on; needed after user values were put in by hand. */
  forgetConditions(): void {
    this.#entryDependency.fill(UNKNOWN)
    this.#menuVisibility.fill(UNKNOWN)
  }

  #flag(symbol: KSymbol): number {
    return this.#flags[symbol.id] ?? 0
  }

  #setFlag(symbol: KSymbol, flag: number, on: boolean): void {
    const flags = this.#flag(symbol)
    this.#flags[symbol.id] = on ? flags | flag : flags & ~flag
  }

  // Conditions.

  evaluate(expr: Expr | undefined): Tristate {
    if (expr === undefined) return YES
    switch (expr.kind) {
      case 'symbol':
        this.#compute(expr.symbol)
        return this.#tristate[expr.symbol.id] as Tristate
      case 'and': {
        let value: Tristate = YES
        for (const operand of expr.operands) value = Math.min(value, this.evaluate(operand)) as Tristate
        return value
      }
      case 'or': {
        let value: Tristate = NO
        for (const operand of expr.operands) value = Math.max(value, this.evaluate(operand)) as Tristate
        return value
      }
      case 'not':
        return (YES - this.evaluate(expr.operand)) as Tristate
      case 'compare': {
        const left = this.value(expr.left)
        return compareValues(expr.op, left, expr.left.type, this.value(expr.right), expr.right.type)
      }
    }
  }

  /** What an entry and all around it depend on. */
  entryDependency(node: MenuNode): Tristate {
    const known = this.#entryDependency[node.id]
    if (known !== UNKNOWN && known !== undefined) return known as Tristate
    const path = [node]
    let value: Tristate = YES
    for (let outer = node.parent; outer !== undefined; outer = outer.parent) {
      if (outer.kind === 'choice' && outer.symbol !== undefined && this.tree.rules === '6.1') {
        value = this.tristate(outer.symbol)
        break
      }
      const kept = this.#entryDependency[outer.id]
      if (kept !== UNKNOWN && kept !== undefined) {
        value = kept as Tristate
        break
      }
      path.push(outer)
    }
    for (let inner = path.pop(); inner !== undefined; inner = path.pop()) {
      if (inner.dependsOn !== undefined) value = Math.min(value, this.evaluate(inner.dependsOn)) as Tristate
      // The mode of a choice can still change while the choice is computed.
      if (this.index.insideChoice[inner.id] === 0) this.#entryDependency[inner.id] = value
    }
    return value
  }

  /** The `visible if` of all menus around an entry. */
  #visibleIf(parent: MenuNode | undefined): Tristate {
    if (parent === undefined || this.index.hasVisibleIf[parent.id] === 0) return YES
    const known = this.#menuVisibility[parent.id]
    if (known !== UNKNOWN && known !== undefined) return known as Tristate
    let value: Tristate = YES
    for (let menu: MenuNode | undefined = parent; menu !== undefined; menu = menu.parent)
      value = Math.min(value, this.evaluate(menu.visibleIf)) as Tristate
    this.#menuVisibility[parent.id] = value
    return value
  }

  /** Whether a property counts: its own condition and those around it. */
  propertyCondition(property: Property): Tristate {
    let value = this.entryDependency(property.node)
    if (property.condition !== undefined)
      value = Math.min(value, this.evaluate(property.condition)) as Tristate
    if ((property.kind === 'prompt' || property.kind === 'menu') && property.node.symbol !== undefined)
      value = Math.min(value, this.#visibleIf(property.node.parent)) as Tristate
    return value
  }

  /** How far a prompt can be seen. */
  promptVisibility(symbol: KSymbol, property: Property): Tristate {
    const value = this.propertyCondition(property)
    // In an exclusive choice a value that could only be m cannot be chosen.
    const { choice } = symbol
    if (
      value === MOD &&
      choice !== undefined &&
      symbol.type === 'tristate' &&
      this.#tristate[choice.id] === YES
    )
      return NO
    return value
  }

  /** The first property of a kind whose condition holds. */
  active<K extends 'default' | 'range'>(symbol: KSymbol, kind: K): (Property & { kind: K }) | undefined {
    for (const property of symbol.properties) {
      if (property.kind === kind && this.propertyCondition(property) !== NO)
        return property as Property & { kind: K }
    }
    return undefined
  }

  // The computation.

  #compute(symbol: KSymbol): void {
    if ((this.#flag(symbol) & VALID) !== 0) return
    if (symbol.type === 'unknown') {
      this.#setFlag(symbol, VALID, true)
      this.#text[symbol.id] = symbol.name
      this.#tristate[symbol.id] = NO
      return
    }
    if (this.#depth > DEPTH_MAX) {
      // A loop in the tree: what is being computed counts with the value it has so far.
      if (this.#settling) return
      this.#settling = true
      for (const other of settledFirst(this, symbol)) this.#computeAtDepth(other, 0)
      this.#settling = false
      return
    }
    this.#computeAtDepth(symbol, this.#depth + 1)
  }

  #computeAtDepth(symbol: KSymbol, depth: number): void {
    const before = this.#depth
    this.#depth = depth
    if ((this.#flag(symbol) & VALID) === 0) this.#computeNow(symbol)
    this.#depth = before
  }

  #computeNow(symbol: KSymbol): void {
    const { id, choice, type } = symbol
    if (choice !== undefined && (this.#flag(symbol) & FILL_CHOICE) !== 0) {
      this.#setFlag(symbol, FILL_CHOICE, false)
      this.#compute(choice)
    }
    this.#setFlag(symbol, VALID, true)
    this.#setFlag(symbol, WRITE, false)
    this.#computeVisibility(symbol)
    if (this.#visible[id] !== NO) this.#setFlag(symbol, WRITE, true)
    // What a loop in the tree sees.
    this.#tristate[id] = NO
    this.#text[id] = ''
    if (type === 'bool' || type === 'tristate') this.#tristate[id] = this.#computeTristate(symbol)
    else this.#text[id] = this.#withinRange(symbol, this.#computeText(symbol))
    if (symbol === this.tree.modules) this.#modules = this.#tristate[id] as Tristate
    if (symbol.kind === 'choice') this.#computeChoice(symbol)
    if (symbol.kind === 'choice' || symbol.env !== undefined || symbol.transitional)
      this.#setFlag(symbol, WRITE, false)
    if (symbol.kind === 'choice' && (this.#flag(symbol) & FILL_CHOICE) !== 0) this.fillChoice(symbol)
  }

  #computeVisibility(symbol: KSymbol): void {
    const { id } = symbol
    let visible: Tristate = NO
    for (const property of symbol.properties) {
      if (property.kind === 'prompt' || property.kind === 'menu')
        visible = Math.max(visible, this.promptVisibility(symbol, property)) as Tristate
    }
    if (visible === MOD && (symbol.type !== 'tristate' || this.#modules === NO)) visible = YES
    this.#visible[id] = visible
    if (symbol.choice !== undefined) return
    this.#directDependency[id] = this.#rounded(symbol, this.#computeDependency(symbol))
    this.#reverseDependency[id] = this.#rounded(symbol, this.#computeSelects(symbol))
    this.#implied[id] = this.#rounded(symbol, this.#anyOf(symbol.impliedBy))
  }

  /** A bool knows no m. */
  #rounded(symbol: KSymbol, value: Tristate): Tristate {
    return value === MOD && this.effectiveType(symbol) === 'bool' ? YES : value
  }

  /** Definitions that depend on nothing do not count while another depends on something: Linux has it so. */
  #computeDependency(symbol: KSymbol): Tristate {
    let value: Tristate | undefined
    for (const node of symbol.nodes) {
      if (this.index.hasDependency[node.id] === 0 || node.end > node.id + 1) continue
      value = Math.max(value ?? NO, this.entryDependency(node)) as Tristate
    }
    return value ?? YES
  }

  #computeSelects(symbol: KSymbol): Tristate {
    let value = this.#anyOf(symbol.selectedBy)
    if (symbol.kind !== 'choice' || symbol.optional) return value
    // A choice that must have a value is at least m wherever it can be seen.
    for (const node of symbol.nodes) {
      if (node.prompt === undefined) continue
      value = Math.max(value, Math.min(MOD, this.propertyCondition(node.prompt))) as Tristate
    }
    return value
  }

  #anyOf(properties: readonly Property[]): Tristate {
    let value: Tristate = NO
    for (const property of properties) {
      if (property.kind !== 'select' && property.kind !== 'imply') continue
      this.#compute(property.selector)
      const term = Math.min(this.#tristate[property.selector.id] ?? NO, this.propertyCondition(property))
      value = Math.max(value, term) as Tristate
    }
    return value
  }

  #computeTristate(symbol: KSymbol): Tristate {
    const { id, choice } = symbol
    const visible = this.#visible[id] as Tristate
    const { rules } = this.tree
    if (
      choice !== undefined &&
      (rules === '6.12' || (visible === YES && this.effectiveType(symbol) === 'bool'))
    ) {
      this.#compute(choice)
      return this.#chosen[choice.id] === id ? YES : NO
    }
    let value: Tristate = NO
    if (this.#followsUser(symbol)) {
      value = symbol.transitional
        ? this.userTristate(symbol)
        : (Math.min(this.userTristate(symbol), visible) as Tristate)
    } else {
      if (this.#reverseDependency[id] !== NO) this.#setFlag(symbol, WRITE, true)
      if (symbol.kind !== 'choice') value = this.#defaultTristate(symbol)
    }
    const selected = this.#reverseDependency[id] as Tristate
    if ((this.#directDependency[id] ?? NO) < selected) this.onUnmet?.(symbol)
    return this.#rounded(symbol, Math.max(value, selected) as Tristate)
  }

  /** The user's value counts: it can be seen, or it is the old name of something, which is read but never shown. */
  #followsUser(symbol: KSymbol): boolean {
    if (!this.hasUserValue(symbol) || symbol.env !== undefined) return false
    return this.#visible[symbol.id] !== NO || symbol.transitional
  }

  #defaultTristate(symbol: KSymbol): Tristate {
    const { id } = symbol
    let value: Tristate = NO
    const property = this.active(symbol, 'default')
    if (property !== undefined) {
      value = Math.min(this.evaluate(property.value), this.propertyCondition(property)) as Tristate
      if (value !== NO) this.#setFlag(symbol, WRITE, true)
    }
    const implied = this.#implied[id] as Tristate
    if (implied === NO) return value
    this.#setFlag(symbol, WRITE, true)
    return Math.min(Math.max(value, implied), this.#directDependency[id] ?? NO) as Tristate
  }

  #computeText(symbol: KSymbol): string {
    if (this.#followsUser(symbol)) return this.userText(symbol) ?? ''
    const property = this.active(symbol, 'default')
    if (property?.value.kind !== 'symbol') return this.#textWithoutDefault(symbol)
    this.#setFlag(symbol, WRITE, true)
    const source = property.value.symbol
    this.#compute(source)
    return this.#text[source.id] ?? ''
  }

  /** Since Linux 6.10 (6262afa10ef7) a number without any value is 0. */
  #textWithoutDefault({ type }: KSymbol): string {
    if (this.tree.rules === '6.1') return ''
    return type === 'int' ? '0' : type === 'hex' ? '0x0' : ''
  }

  #withinRange(symbol: KSymbol, text: string): string {
    if (symbol.type !== 'int' && symbol.type !== 'hex') return text
    const range = this.active(symbol, 'range')
    if (range === undefined) return text
    const value = leadingNumber(text, symbol.type === 'int' ? 10 : 16)
    if (value < this.#limit(symbol, range.low)) return this.#text[range.low.id] ?? ''
    return value <= this.#limit(symbol, range.high) ? text : (this.#text[range.high.id] ?? '')
  }

  #limit(symbol: KSymbol, limit: KSymbol): Numeric {
    this.#compute(limit)
    const type = limit.type === 'int' || limit.type === 'hex' ? limit.type : symbol.type
    return leadingNumber(this.#text[limit.id] ?? '', type === 'int' ? 10 : 16)
  }

  // Choices.

  #computeChoice(choice: KSymbol): void {
    const { id } = choice
    if (this.tree.rules === '6.12') return this.#computeChoiceByRank(choice)
    const isYes = this.#tristate[id] === YES
    this.#chosen[id] = -1
    if (isYes) {
      const chosen = this.#choose(choice)
      this.#chosen[id] = chosen?.id ?? -1
      if (chosen === undefined) this.#tristate[id] = NO
    }
    if ((this.#flag(choice) & WRITE) === 0) return
    for (const value of choice.values) if (this.#visible[value.id] !== NO) this.#setFlag(value, WRITE, true)
  }

  #choose(choice: KSymbol): KSymbol | undefined {
    let allSet = true
    for (const value of choice.values) {
      this.#computeVisibility(value)
      if (this.#visible[value.id] !== NO && !this.hasUserValue(value)) allSet = false
    }
    // A value that is new makes the choice new.
    if (!allSet) this.#setFlag(choice, USER, false)
    const user = this.userChoice(choice)
    if (user !== undefined && this.#visible[user.id] !== NO) return user
    return this.choiceDefault(choice)
  }

  /** The value a choice has when the user chose none that can be seen. */
  choiceDefault(choice: KSymbol): KSymbol | undefined {
    for (const property of choice.properties) {
      if (property.kind !== 'default' || property.value.kind !== 'symbol') continue
      if (this.propertyCondition(property) === NO) continue
      if (this.#visible[property.value.symbol.id] !== NO) return property.value.symbol
    }
    return choice.values.find((value) => this.#visible[value.id] !== NO)
  }

  /** Linux 6.12: a value depends on what its choice depends on, not on the choice. */
  #computeChoiceByRank(choice: KSymbol): void {
    for (const value of choice.values) this.#computeVisibility(value)
    const visible = choice.values.filter((value) => this.#visible[value.id] !== NO)
    this.#chosen[choice.id] = this.#chooseByRank(choice, visible)?.id ?? -1
    for (const value of visible) this.#setFlag(value, WRITE, true)
    this.#setFlag(
      choice,
      USER,
      visible.every((value) => this.hasUserValue(value)),
    )
  }

  /** The value set to y last; else the default unless set to n; else the first not set; else the one set to n first. */
  #chooseByRank(choice: KSymbol, visible: readonly KSymbol[]): KSymbol | undefined {
    const rank = (value: KSymbol): number => this.#rank[value.id] ?? 0
    const ranked = visible.toSorted((a, b) => rank(b) - rank(a))
    const isSet = (value: KSymbol, to: Tristate): boolean =>
      this.hasUserValue(value) && this.userTristate(value) === to
    const chosen = ranked.find((value) => isSet(value, YES))
    if (chosen !== undefined) return chosen
    const byDefault = this.choiceDefault(choice)
    if (byDefault !== undefined && !isSet(byDefault, NO)) return byDefault
    return visible.find((value) => !this.hasUserValue(value)) ?? ranked.at(-1)
  }

  // Limits of what may be set.

  /** The user may set this n, m or y now. */
  allowsTristate(symbol: KSymbol, value: Tristate): boolean {
    this.#compute(symbol)
    const type = this.effectiveType(symbol)
    const visible = this.#visible[symbol.id] as Tristate
    const selected = this.#reverseDependency[symbol.id] as Tristate
    if (visible === NO || (type !== 'bool' && type !== 'tristate')) return false
    if ((type === 'bool' && value === MOD) || visible <= selected) return false
    if (symbol.choice !== undefined && visible === YES) return value === YES
    return value >= selected && value <= visible
  }

  /** The text is a number or string the symbol can have now, ranges included. */
  allowsText(symbol: KSymbol, text: string): boolean {
    if (!isValidText(symbol, text)) return false
    if (symbol.type !== 'int' && symbol.type !== 'hex') return true
    const range = this.active(symbol, 'range')
    if (range === undefined) return true
    const value = leadingNumber(text, symbol.type === 'int' ? 10 : 16)
    return value >= this.#limit(symbol, range.low) && value <= this.#limit(symbol, range.high)
  }
}
