/** What can only be known once all files are read: types and values of choices, who selects whom, and what is wrong. */
import { appended, type TreeBuilder } from './builder.ts'
import { and } from './expressions.ts'
import { Layout } from './layout.ts'
import { reportLoops } from './loops.ts'
import type { Expr, KSymbol, MenuNode, Property, Tree } from './model.ts'
import { displayName, type Reports } from './reports.ts'
import { Simplifier } from './simplify.ts'

interface FinishOptions extends Pick<Tree, 'prefix' | 'rules' | 'environment'> {
  readonly files: Iterable<string>
  readonly modulesByName: boolean
}

export function finishTree(builder: TreeBuilder, reports: Reports, options: FinishOptions): Tree {
  if (reports.hasSyntaxErrors) reports.print('', true)
  const { root, nodes, symbols } = builder
  root.end = nodes.length
  const modules =
    builder.modules ?? (options.modulesByName ? builder.find('MODULES') : undefined) ?? builder.no
  builder.modExpr.operands[1].symbol = modules
  if (root.prompt === undefined) builder.prompt(root, 'menu', 'Main menu', undefined, root)
  const tree: Tree = {
    root,
    nodes,
    symbols,
    byName: builder.byName,
    modules,
    rules: options.rules,
    prefix: options.prefix,
    files: [...options.files],
    environment: options.environment,
    defconfigList: builder.defconfigList,
    problems: reports.problems,
    output: reports.output,
  }
  new Finisher(tree, reports).finish()
  if (reportLoops(tree, reports)) reports.print('', true)
  return tree
}

class Finisher {
  readonly #tree: Tree
  readonly #reports: Reports
  readonly #checked = new Set<KSymbol>()

  constructor(tree: Tree, reports: Reports) {
    this.#tree = tree
    this.#reports = reports
  }

  finish(): void {
    this.#entry(this.#tree.root)
  }

  *#children(node: MenuNode): Iterable<MenuNode> {
    const { nodes } = this.#tree
    for (let id = node.id + 1; id < node.end;) {
      const child = nodes[id]
      if (child === undefined) return
      yield child
      id = child.end
    }
  }

  /** Blocks are nested at most 500 deep, so the recursion is bounded. */
  #entry(node: MenuNode): void {
    const { symbol } = node
    if (node.end > node.id + 1) {
      if (node.kind === 'choice' && symbol !== undefined) this.#choiceTypes(node, symbol)
      for (const child of this.#children(node)) this.#registerSelects(child)
      for (const child of this.#children(node)) this.#entry(child)
      if (node.kind === 'choice' && symbol !== undefined) this.#choiceValues(node, symbol)
    }
    if (symbol !== undefined && node.kind !== 'defaults' && !this.#checked.has(symbol)) {
      this.#checked.add(symbol)
      this.#check(node, symbol)
    }
  }

  #registerSelects(node: MenuNode): void {
    for (const property of node.selects) {
      const { target } = property
      if (property.kind === 'select') target.selectedBy = appended(target.selectedBy, property)
      else target.impliedBy = appended(target.impliedBy, property)
    }
  }

  /** A choice without a type has that of its first value with one; values without a type have that of the choice. */
  #choiceTypes(node: MenuNode, choice: KSymbol): void {
    if (this.#tree.rules === '6.12') choice.type = 'bool'
    for (const child of this.#children(node)) {
      if (choice.type !== 'unknown') break
      if (child.symbol !== undefined) choice.type = child.symbol.type
    }
    for (const { symbol } of this.#children(node)) {
      if (symbol !== undefined && symbol.type === 'unknown') symbol.type = choice.type
      else if (symbol?.type === 'tristate' && this.#tree.rules === '6.12') symbol.type = 'bool'
    }
  }

  #choiceValues(node: MenuNode, choice: KSymbol): void {
    for (const child of this.#directEntries(node)) {
      const { symbol } = child
      if (symbol === undefined || symbol.choice !== undefined || child.kind !== 'symbol') continue
      symbol.choice = choice
      choice.values = appended(choice.values, symbol)
      this.#checkValue(child, symbol, choice)
      // A bool can only be chosen while the choice is exclusive.
      if (choice.type === 'tristate' && symbol.type !== 'tristate')
        child.dependsOn = and(
          { kind: 'compare', op: '=', left: choice, right: this.#tree.symbols[2] as KSymbol },
          child.dependsOn,
        )
    }
  }

  /** The entries of a choice that stand in no submenu of another. */
  #directEntries(node: MenuNode): readonly MenuNode[] {
    const { nodes, symbols } = this.#tree
    const conditions: Expr[] = []
    for (let id = node.id + 1; id < node.end; id++) {
      const child = nodes[id]
      if (child?.dependsOn !== undefined) conditions.push(child.dependsOn)
      if (child?.prompt?.condition !== undefined) conditions.push(child.prompt.condition)
    }
    if (conditions.length > 0) {
      const inside = new Set<KSymbol>()
      for (let id = node.id + 1; id < node.end; id++) {
        const symbol = nodes[id]?.symbol
        if (symbol !== undefined) inside.add(symbol)
      }
      if (conditions.some((condition) => anyMentioned(condition, inside)))
        return new Layout(nodes, new Simplifier(symbols, this.#tree.rules), node).children(node)
    }
    const found: MenuNode[] = []
    const collect = (parent: MenuNode): void => {
      for (const child of this.#children(parent)) {
        found.push(child)
        if (child.kind === 'if') collect(child)
      }
    }
    collect(node)
    return found
  }

  #checkValue(node: MenuNode, symbol: KSymbol, choice: KSymbol): void {
    if (node.prompt === undefined) this.#reports.entry(node, 'choice value must have a prompt')
    for (const property of symbol.properties) {
      if (property.kind === 'default')
        this.#reports.entry(property, 'defaults for choice values not supported')
      if (property.node === node || !isPrompt(property)) continue
      if (property.node.parent?.symbol !== choice)
        this.#reports.entry(property, 'choice value used outside its choice group')
    }
  }

  #check(node: MenuNode, symbol: KSymbol): void {
    if (symbol.type === 'unknown') this.#reports.entry(node, 'config symbol defined without type')
    if (symbol.kind === 'choice' && node.prompt === undefined)
      this.#reports.entry(node, 'choice must have a prompt')
    for (const property of symbol.properties) this.#checkProperty(symbol, property)
  }

  #checkProperty(symbol: KSymbol, property: Property): void {
    const { type } = symbol
    const isNumber = type === 'int' || type === 'hex'
    const isBoolean = type === 'bool' || type === 'tristate'
    const warn = (message: string): void => this.#reports.entry(property, message)
    switch (property.kind) {
      case 'default': {
        const { value } = property
        if ((isNumber || type === 'string') && value.kind !== 'symbol')
          warn(`default for config symbol '${symbol.name}' must be a single symbol`)
        if (value.kind !== 'symbol') break
        if (isNumber && !isNumeric(symbol, value.symbol)) warn(`'${symbol.name}': number is invalid`)
        if (symbol.kind === 'choice' && value.symbol.choice !== symbol)
          warn(`choice default symbol '${value.symbol.name}' is not contained in the choice`)
        break
      }
      case 'select':
      case 'imply': {
        const { kind, target } = property
        if (!isBoolean)
          warn(`config symbol '${displayName(symbol)}' uses ${kind}, but is not bool or tristate`)
        else if (target.type !== 'unknown' && target.type !== 'bool' && target.type !== 'tristate')
          warn(`'${target.name}' has wrong type. '${kind}' only accept arguments of bool and tristate type`)
        break
      }
      case 'range':
        if (!isNumber) warn('range is only allowed for int or hex symbols')
        if (!isNumeric(symbol, property.low) || !isNumeric(symbol, property.high)) warn('range is invalid')
        break
    }
  }
}

const isPrompt = (property: Property): boolean => property.kind === 'prompt' || property.kind === 'menu'

function isNumeric(symbol: KSymbol, value: KSymbol): boolean {
  if (value.type !== 'unknown') return value.type === 'int' || value.type === 'hex'
  return isValidText(symbol, value.name)
}

/** The text can be a value of the symbol, ranges aside. */
export function isValidText({ type }: Pick<KSymbol, 'type'>, text: string): boolean {
  switch (type) {
    case 'string':
      return true
    case 'int':
      return /^-?(0|[1-9]\d*)$/.test(text)
    case 'hex':
      return /^(0[xX])?[\da-fA-F]+$/.test(text)
    case 'bool':
    case 'tristate':
      return /^[yYmMnN]/.test(text)
    case 'unknown':
      return false
  }
}

function anyMentioned(expr: Expr, symbols: ReadonlySet<KSymbol>): boolean {
  switch (expr.kind) {
    case 'symbol':
      return symbols.has(expr.symbol)
    case 'compare':
      return symbols.has(expr.left) || symbols.has(expr.right)
    case 'not':
      return anyMentioned(expr.operand, symbols)
    default:
      return expr.operands.some((operand) => anyMentioned(operand, symbols))
  }
}
