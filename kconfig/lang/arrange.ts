/** A tree arranged for people, made once per tree. */
import { Layout } from './layout.ts'
import type { Tree } from './model.ts'
import { Simplifier } from './simplify.ts'

/** What every text and menu about a tree needs. */
export interface Arranged {
  readonly layout: Layout
  readonly simplifier: Simplifier
}

const known = new WeakMap<Tree, Arranged>()

export function arrange(tree: Tree): Arranged {
  const before = known.get(tree)
  if (before !== undefined) return before
  const simplifier = new Simplifier(tree.symbols, tree.rules)
  const arranged = { simplifier, layout: new Layout(tree.nodes, simplifier, tree.root) }
  known.set(tree, arranged)
  return arranged
}
