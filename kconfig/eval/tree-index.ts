/** Facts about the entries of a tree that every configuration of it needs, found once. */
import type { Tree } from '../lang/model.ts'

export interface TreeIndex {
  /** The entry or something around it depends on anything. */
  readonly hasDependency: Uint8Array
  /** The entry stands in a choice. */
  readonly insideChoice: Uint8Array
  /** The entry or something around it has a `visible if`. */
  readonly hasVisibleIf: Uint8Array
}

const indexes = new WeakMap<Tree, TreeIndex>()

export function indexOf(tree: Tree): TreeIndex {
  const known = indexes.get(tree)
  if (known !== undefined) return known
  const count = tree.nodes.length
  const hasDependency = new Uint8Array(count)
  const insideChoice = new Uint8Array(count)
  const hasVisibleIf = new Uint8Array(count)
  for (const { id, parent, dependsOn, visibleIf } of tree.nodes) {
    const inChoice = parent?.kind === 'choice'
    if (inChoice || dependsOn !== undefined || (parent && hasDependency[parent.id])) hasDependency[id] = 1
    if (inChoice || (parent && insideChoice[parent.id])) insideChoice[id] = 1
    if (visibleIf !== undefined || (parent && hasVisibleIf[parent.id])) hasVisibleIf[id] = 1
  }
  const index = { hasDependency, insideChoice, hasVisibleIf }
  indexes.set(tree, index)
  return index
}
