/** Collects symbols, entries and properties while files are read; `finishTree` makes the tree of it. */
import { and } from './expressions.ts'
import type {
  Expr,
  KSymbol,
  MenuNode,
  Place,
  PromptProperty,
  Property,
  SelectProperty,
  SymbolType,
} from './model.ts'
import type { Reports } from './reports.ts'

/** The value for which an `m` in a condition stands once the `modules` symbol is known. */
interface ModExpr {
  readonly kind: 'and'
  readonly operands: [Expr, { readonly kind: 'symbol'; symbol: KSymbol }]
}

const NO_PROPERTIES: readonly never[] = []
const NO_NODES: readonly MenuNode[] = []
const NO_VALUES: readonly KSymbol[] = []

export class TreeBuilder {
  readonly symbols: KSymbol[] = []
  readonly byName = new Map<string, KSymbol>()
  readonly nodes: MenuNode[] = []
  readonly root: MenuNode
  readonly no: KSymbol
  readonly mod: KSymbol
  readonly yes: KSymbol
  readonly modExpr: ModExpr
  modules: KSymbol | undefined
  defconfigList: KSymbol | undefined
  readonly #constants = new Map<string, KSymbol>()
  readonly #choices = new Map<string, KSymbol>()
  readonly #reports: Reports
  #parent: MenuNode

  constructor(at: Place, reports: Reports) {
    this.#reports = reports
    this.no = this.constant('n')
    this.mod = this.constant('m')
    this.yes = this.constant('y')
    for (const symbol of this.symbols) symbol.type = 'tristate'
    this.modExpr = {
      kind: 'and',
      operands: [
        { kind: 'symbol', symbol: this.mod },
        { kind: 'symbol', symbol: this.no },
      ],
    }
    this.root = this.#node('root', at, undefined, undefined, false)
    this.#parent = this.root
  }

  /** The symbol of that name, made when it is new; y, m and n are constants. */
  symbol(name: string): KSymbol {
    const known = this.byName.get(name)
    if (known !== undefined) return known
    if (name === 'y') return this.yes
    if (name === 'm') return this.mod
    if (name === 'n') return this.no
    const symbol = this.#symbol('symbol', name)
    this.byName.set(name, symbol)
    return symbol
  }

  find(name: string): KSymbol | undefined {
    return this.byName.get(name)
  }

  constant(text: string): KSymbol {
    const known = this.#constants.get(text)
    if (known !== undefined) return known
    const symbol = this.#symbol('constant', text)
    this.#constants.set(text, symbol)
    return symbol
  }

  /** A choice; several `choice NAME` blocks of one name are one choice. */
  choice(name: string): KSymbol {
    const known = name === '' ? undefined : this.#choices.get(name)
    if (known !== undefined) return known
    const symbol = this.#symbol('choice', name)
    if (name !== '') this.#choices.set(name, symbol)
    return symbol
  }

  #symbol(kind: KSymbol['kind'], name: string): KSymbol {
    const symbol: KSymbol = {
      id: this.symbols.length,
      kind,
      name,
      type: 'unknown',
      nodes: NO_NODES,
      properties: NO_PROPERTIES,
      selectedBy: NO_PROPERTIES,
      impliedBy: NO_PROPERTIES,
      choice: undefined,
      values: NO_VALUES,
      optional: false,
      allnoconfigY: false,
      transitional: false,
      env: undefined,
    }
    this.symbols.push(symbol)
    return symbol
  }

  #node(
    kind: MenuNode['kind'],
    { file, line }: Place,
    parent: MenuNode | undefined,
    symbol: KSymbol | undefined,
    menuconfig: boolean,
  ): MenuNode {
    const id = this.nodes.length
    const node: MenuNode = {
      id,
      kind,
      parent,
      end: id + 1,
      symbol,
      prompt: undefined,
      dependsOn: undefined,
      visibleIf: undefined,
      help: undefined,
      selects: NO_PROPERTIES,
      menuconfig,
      file,
      line,
    }
    this.nodes.push(node)
    return node
  }

  /** Adds an entry to the block that is open. */
  entry(kind: MenuNode['kind'], at: Place, symbol: KSymbol | undefined, menuconfig: boolean): MenuNode {
    const node = this.#node(kind, at, this.#parent, symbol, menuconfig)
    if (kind !== 'defaults' && symbol !== undefined) symbol.nodes = appended(symbol.nodes, node)
    return node
  }

  enter(node: MenuNode): void {
    this.#parent = node
  }

  leave(node: MenuNode): void {
    node.end = this.nodes.length
    this.#parent = node.parent ?? this.root
  }

  prompt(
    node: MenuNode,
    kind: PromptProperty['kind'],
    text: string,
    condition: Expr | undefined,
    { file, line }: Place,
  ): void {
    const trimmed = text.trimStart()
    const property: PromptProperty = { kind, text: trimmed, node, condition, file, line }
    if (trimmed !== text) this.#reports.leadingWhitespace(property)
    if (node.prompt !== undefined) this.#reports.promptRedefined(property)
    // Only the last prompt of a `menuconfig` opens it.
    if (kind === 'menu' && node.prompt !== undefined && node.symbol !== undefined) node.prompt.kind = 'prompt'
    node.prompt = property
    this.#property(property)
  }

  setType(node: MenuNode, type: SymbolType): void {
    const { symbol } = node
    if (symbol === undefined || symbol.type === type) return
    if (symbol.type === 'unknown') symbol.type = type
    else this.#reports.typeRedefined(node, symbol, type)
  }

  addDefault(node: MenuNode, value: Expr, condition: Expr | undefined, { file, line }: Place): void {
    this.#property({ kind: 'default', value, node, condition, file, line })
  }

  range(
    node: MenuNode,
    low: KSymbol,
    high: KSymbol,
    condition: Expr | undefined,
    { file, line }: Place,
  ): void {
    this.#property({ kind: 'range', low, high, node, condition, file, line })
  }

  select(
    node: MenuNode,
    kind: 'select' | 'imply',
    target: KSymbol,
    condition: Expr | undefined,
    { file, line }: Place,
  ): void {
    const selector = node.symbol
    if (selector === undefined) return
    const property: SelectProperty = { kind, selector, target, node, condition, file, line }
    node.selects = appended(node.selects, property)
    this.#property(property)
  }

  #property(property: Property): void {
    const { symbol } = property.node
    if (symbol !== undefined) symbol.properties = appended(symbol.properties, property)
  }

  addDependency(node: MenuNode, condition: Expr): void {
    node.dependsOn = and(node.dependsOn, condition)
  }

  addVisibility(node: MenuNode, condition: Expr | undefined): void {
    node.visibleIf = and(node.visibleIf, condition)
  }

  setModules(node: MenuNode, at: Place): void {
    if (node.symbol === undefined) return
    if (this.modules !== undefined) this.#reports.modulesRedefined(at, node.symbol, this.modules)
    this.modules = node.symbol
  }
}

/** Adds to a list that is empty and shared until something is added. */
export function appended<T>(list: readonly T[], item: T): readonly T[] {
  if (list.length === 0) return [item]
  ;(list as T[]).push(item)
  return list
}
