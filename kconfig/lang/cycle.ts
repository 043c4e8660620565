/**
 * The quick search for recursive dependencies. Symbols and menu entries are the points of a graph; a choice and its values
 * are one point, because they depend on each other by nature.
 *
 * Nearly every tree is walked where it stands, by recursion. What is too deep for that is laid out in two flat arrays and
 * walked with an explicit stack.
 */
import type { Expr, KSymbol, MenuNode, SelectProperty, Tree } from './model.ts'

/** True when some symbol depends on itself. `callsMax` is how deep the recursion may go. */
export function hasCycle(tree: Tree, callsMax = CALLS_MAX): boolean {
  return new Walk(tree, callsMax).hasCycle() ?? new Graph(tree).hasCycle()
}

const OPEN = 1
const DONE = 2
/** Calls, one inside the other: far more than Linux needs, far less than the stack holds. */
const CALLS_MAX = 1500

/** The choice around an entry that stands in no menu inside it. */
function choiceAround(node: MenuNode): KSymbol | undefined {
  for (let around = node.parent; around?.kind === 'if' || around?.kind === 'choice'; around = around.parent)
    if (around.kind === 'choice') return around.symbol
  return undefined
}

class Walk {
  readonly #tree: Tree
  readonly #symbols: Uint8Array
  readonly #entries: Uint8Array
  readonly #callsMax: number
  #calls = 0
  #tooDeep = false
  #found = false
  /** The choice around the entry being looked at: its values' own conditions may name it. */
  #choice: KSymbol | undefined

  constructor(tree: Tree, callsMax: number) {
    this.#tree = tree
    this.#callsMax = callsMax
    this.#symbols = new Uint8Array(tree.symbols.length)
    this.#entries = new Uint8Array(tree.nodes.length)
  }

  /** Undefined when the tree is too deep to say. */
  hasCycle(): boolean | undefined {
    for (const symbol of this.#tree.symbols) {
      if (symbol.nodes.length > 0) this.#point(symbol.choice ?? symbol)
      if (this.#found) return true
      if (this.#tooDeep) return undefined
    }
    return false
  }

  #point(symbol: KSymbol): void {
    const state = this.#symbols[symbol.id]
    if (state === DONE) return
    if (state === OPEN) this.#found = true
    if (++this.#calls > this.#callsMax) this.#tooDeep = true
    if (!this.#found && !this.#tooDeep) {
      const choice = this.#choice
      this.#choice = undefined
      this.#symbols[symbol.id] = OPEN
      this.#parts(symbol)
      for (const value of symbol.values) this.#parts(value)
      this.#symbols[symbol.id] = DONE
      this.#choice = choice
    }
    this.#calls--
  }

  #parts(symbol: KSymbol): void {
    for (const node of symbol.nodes) {
      this.#entry(node)
      const choice = choiceAround(node)
      if (choice !== undefined && symbol.choice !== choice) this.#point(choice)
    }
    for (const property of symbol.properties) {
      const { kind, node } = property
      if (kind === 'select' || kind === 'imply') continue
      if (property.condition !== undefined) this.#expression(property.condition)
      if (kind === 'default') {
        if (symbol.kind !== 'choice') this.#expression(property.value)
      } else if (kind === 'range') {
        this.#symbol(property.low)
        this.#symbol(property.high)
      } else {
        for (let menu = node.parent; menu !== undefined; menu = menu.parent)
          if (menu.visibleIf !== undefined) this.#expression(menu.visibleIf)
      }
      // A `configdefault` stands elsewhere.
      if (node.kind === 'defaults') this.#entry(node)
    }
    for (const property of symbol.selectedBy) this.#selector(property)
    for (const property of symbol.impliedBy) this.#selector(property)
  }

  #selector({ selector, node, condition }: SelectProperty): void {
    this.#symbol(selector)
    this.#entry(node)
    if (condition !== undefined) this.#expression(condition)
  }

  /** What an entry depends on, or what encloses it if it adds nothing; all of it up to a choice. */
  #entry(from: MenuNode): void {
    let node = from
    while (node.dependsOn === undefined) {
      const { parent } = node
      if (parent === undefined || parent.kind === 'choice') return
      node = parent
    }
    const state = this.#entries[node.id]
    if (state === DONE) return
    if (state === OPEN) this.#found = true
    if (++this.#calls > this.#callsMax) this.#tooDeep = true
    if (!this.#found && !this.#tooDeep) {
      const choice = this.#choice
      this.#choice = choiceAround(node)
      this.#entries[node.id] = OPEN
      this.#expression(node.dependsOn)
      if (node.parent !== undefined && node.parent.kind !== 'choice') this.#entry(node.parent)
      this.#entries[node.id] = DONE
      this.#choice = choice
    }
    this.#calls--
  }

  #expression(expr: Expr): void {
    switch (expr.kind) {
      case 'symbol':
        return this.#symbol(expr.symbol)
      case 'compare':
        this.#symbol(expr.left)
        return this.#symbol(expr.right)
      case 'not':
        this.#calls++
        this.#expression(expr.operand)
        this.#calls--
        return
      default:
        this.#calls++
        for (const operand of expr.operands) this.#expression(operand)
        this.#calls--
    }
  }

  #symbol(symbol: KSymbol): void {
    if (symbol.nodes.length > 0 && symbol !== this.#choice) this.#point(symbol.choice ?? symbol)
  }
}

/** The edges between all points, in flat arrays. */
class Graph {
  readonly #tree: Tree
  readonly #symbolCount: number
  /** The edges of point i are `#edges[#offsets[i] .. #offsets[i + 1] - 1]`. */
  readonly #offsets: Int32Array
  readonly #edges: number[] = []
  /** The point that stands for an entry: its own, or that of what encloses it if it adds nothing; -1 for no point. */
  readonly #entryPoints: Int32Array
  /** The choice around the entry whose edges are being collected. */
  #choice: KSymbol | undefined

  constructor(tree: Tree) {
    this.#tree = tree
    this.#symbolCount = tree.symbols.length
    this.#offsets = new Int32Array(tree.symbols.length + tree.nodes.length + 1)
    this.#entryPoints = new Int32Array(tree.nodes.length)
    for (const { id, parent, dependsOn } of tree.nodes) {
      const around =
        parent === undefined || parent.kind === 'choice' ? -1 : (this.#entryPoints[parent.id] ?? -1)
      this.#entryPoints[id] = dependsOn === undefined ? around : this.#symbolCount + id
    }
    for (const symbol of tree.symbols) {
      if (symbol.choice === undefined) this.#symbolEdges(symbol)
      for (const value of symbol.values) this.#symbolEdges(value)
      this.#offsets[symbol.id + 1] = this.#edges.length
    }
    for (const node of tree.nodes) {
      if (node.dependsOn !== undefined) {
        this.#choice = choiceAround(node)
        this.#expression(node.dependsOn)
        if (node.parent !== undefined && node.parent.kind !== 'choice') this.#entry(node.parent)
      }
      this.#offsets[this.#symbolCount + node.id + 1] = this.#edges.length
    }
  }

  #symbolEdges(symbol: KSymbol): void {
    for (const node of symbol.nodes) {
      this.#entry(node)
      const choice = choiceAround(node)
      if (choice !== undefined && symbol.choice !== choice) this.#edges.push(choice.id)
    }
    for (const property of symbol.properties) {
      if (property.kind === 'select' || property.kind === 'imply') continue
      this.#expression(property.condition)
      if (property.kind === 'default' && symbol.kind !== 'choice') this.#expression(property.value)
      if (property.kind === 'range') {
        this.#symbol(property.low)
        this.#symbol(property.high)
      }
      if (property.kind !== 'default' && property.kind !== 'range') this.#visibleIf(property.node.parent)
      // A `configdefault` stands elsewhere.
      if (property.node.kind === 'defaults') this.#entry(property.node)
    }
    for (const list of [symbol.selectedBy, symbol.impliedBy]) {
      for (const { selector, node, condition } of list) {
        this.#symbol(selector)
        this.#entry(node)
        this.#expression(condition)
      }
    }
  }

  #entry(node: MenuNode): void {
    const point = this.#entryPoints[node.id] ?? -1
    if (point >= 0) this.#edges.push(point)
  }

  #visibleIf(parent: MenuNode | undefined): void {
    for (let menu = parent; menu !== undefined; menu = menu.parent) this.#expression(menu.visibleIf)
  }

  #symbol(symbol: KSymbol): void {
    if (symbol.nodes.length === 0 || symbol === this.#choice) return
    this.#edges.push(symbol.choice?.id ?? symbol.id)
  }

  #expression(expr: Expr | undefined): void {
    if (expr === undefined) return
    switch (expr.kind) {
      case 'symbol':
        return this.#symbol(expr.symbol)
      case 'compare':
        this.#symbol(expr.left)
        return this.#symbol(expr.right)
      case 'not':
        return this.#expression(expr.operand)
      default:
        for (const operand of expr.operands) this.#expression(operand)
    }
  }

  hasCycle(): boolean {
    const count = this.#symbolCount + this.#tree.nodes.length
    const state = new Uint8Array(count)
    const next = this.#offsets.slice()
    const stack: number[] = []
    for (let start = 0; start < count; start++) {
      if (state[start] !== 0) continue
      stack.push(start)
      state[start] = OPEN
      while (stack.length > 0) {
        const point = stack[stack.length - 1] ?? 0
        const at = next[point] ?? 0
        if (at === this.#offsets[point + 1]) {
          state[point] = DONE
          stack.pop()
          continue
        }
        next[point] = at + 1
        const to = this.#edges[at] ?? 0
        if (state[to] === OPEN) return true
        if (state[to] === 0) {
          state[to] = OPEN
          stack.push(to)
        }
      }
    }
    return false
  }
}
