/**
 * The quick search for recursive dependencies: symbols and menu entries are the points of a graph in two flat arrays,
 * walked with an explicit stack. A choice and its values are one point, because they depend on each other by nature.
 */
import type { Expr, KSymbol, MenuNode, Tree } from './model.ts'

/** True when some symbol depends on itself. */
export function hasCycle(tree: Tree): boolean {
  return new Graph(tree).hasCycle()
}

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
        this.#choice = this.#choiceAround(node)
        this.#expression(node.dependsOn)
        if (node.parent !== undefined && node.parent.kind !== 'choice') this.#entry(node.parent)
      }
      this.#offsets[this.#symbolCount + node.id + 1] = this.#edges.length
    }
  }

  #choiceAround(node: MenuNode): KSymbol | undefined {
    for (let around = node.parent; around?.kind === 'if' || around?.kind === 'choice'; around = around.parent)
      if (around.kind === 'choice') return around.symbol
    return undefined
  }

  #symbolEdges(symbol: KSymbol): void {
    for (const node of symbol.nodes) {
      this.#entry(node)
      const choice = this.#choiceAround(node)
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
    const OPEN = 1
    const DONE = 2
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
