/**
 * The menu as people see it: `if` blocks dissolve into what encloses them, and entries that depend on the entry before
 * them become its submenu. Made for a whole tree when a menu or a question is to be shown; while reading, only for the
 * choices where it decides which entries are values.
 */
import type { Expr, MenuNode } from './model.ts'
import { mentions, requires, type Simplifier } from './simplify.ts'

const NONE = -1
/** A chain of entries, each the submenu of the one before, is not followed deeper than this. */
const SUBMENUS_MAX = 200

export class Layout {
  readonly #nodes: readonly MenuNode[]
  readonly #simplifier: Simplifier
  /** The links begin with this entry. */
  readonly #base: number
  readonly #first: Int32Array
  readonly #next: Int32Array
  readonly #parent: Int32Array

  /** Arranges what lies below `top`. */
  constructor(nodes: readonly MenuNode[], simplifier: Simplifier, top: MenuNode) {
    this.#nodes = nodes
    this.#simplifier = simplifier
    this.#base = top.id
    const count = top.end - top.id
    this.#first = new Int32Array(count).fill(NONE)
    this.#next = new Int32Array(count).fill(NONE)
    this.#parent = new Int32Array(count).fill(NONE)
    for (let id = top.id; id < top.end; id++) this.#linkChildren(id)
    this.#arrange(top.id, 0)
  }

  #linkChildren(id: number): void {
    const end = this.#nodes[id]?.end ?? 0
    let last = NONE
    for (let child = id + 1; child < end; child = this.#nodes[child]?.end ?? end) {
      if (last === NONE) this.#first[id - this.#base] = child
      else this.#next[last - this.#base] = child
      this.#parent[child - this.#base] = id
      last = child
    }
  }

  children(node: MenuNode): MenuNode[] {
    const found: MenuNode[] = []
    for (let id = this.#at(this.#first, node.id); id !== NONE; id = this.#at(this.#next, id)) {
      const child = this.#nodes[id]
      if (child !== undefined) found.push(child)
    }
    return found
  }

  parent(node: MenuNode): MenuNode | undefined {
    return this.#nodes[this.#at(this.#parent, node.id)]
  }

  #at(links: Int32Array, id: number): number {
    return links[id - this.#base] ?? NONE
  }

  #arrange(id: number, submenus: number): void {
    const node = this.#nodes[id]
    if (node === undefined) return
    if (this.#at(this.#first, id) !== NONE) {
      for (let child = this.#at(this.#first, id); child !== NONE; child = this.#at(this.#next, child))
        this.#arrange(child, 0)
    } else if (node.symbol !== undefined && submenus < SUBMENUS_MAX) {
      this.#takeDependents(node, submenus)
    }
    this.#dissolve(id)
  }

  /** Makes the entries after `node` that depend on it its children. */
  #takeDependents(node: MenuNode, submenus: number): void {
    let base: Expr | undefined
    let last = NONE
    const first = this.#at(this.#next, node.id)
    for (let id = first; id !== NONE; id = this.#at(this.#next, id)) {
      const other = this.#nodes[id]
      if (other === undefined || node.symbol === undefined) break
      const condition = this.#condition(other)
      if (condition === undefined || !mentions(condition, node.symbol)) break
      if (!requires(condition, node.symbol)) {
        base ??= this.#simplifier.isOn(node.prompt && this.#simplifier.condition(node.prompt))
        if (!this.#simplifier.implies(this.#simplifier.isOn(condition), base)) break
      }
      this.#arrange(id, submenus + 1)
      this.#parent[id - this.#base] = node.id
      last = id
    }
    if (last === NONE) return
    this.#first[node.id - this.#base] = first
    this.#next[node.id - this.#base] = this.#at(this.#next, last)
    this.#next[last - this.#base] = NONE
  }

  #condition(node: MenuNode): Expr | undefined {
    return node.prompt ? this.#simplifier.condition(node.prompt) : this.#simplifier.dependency(node)
  }

  /** Replaces children that have no prompt by their own children. */
  #dissolve(id: number): void {
    for (let child = this.#at(this.#first, id); child !== NONE; child = this.#at(this.#next, child)) {
      const inner = this.#at(this.#first, child)
      if (inner === NONE || this.#nodes[child]?.prompt !== undefined) continue
      let last = inner
      for (let each = inner; each !== NONE; each = this.#at(this.#next, each)) {
        this.#parent[each - this.#base] = id
        last = each
      }
      this.#next[last - this.#base] = this.#at(this.#next, child)
      this.#next[child - this.#base] = inner
      this.#first[child - this.#base] = NONE
    }
  }
}
