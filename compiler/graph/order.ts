/**
 * `nodes` with everything `before(node)` names ahead of the node. Among those that are free to come, the earlier in `nodes` comes
 * first, so equal inputs give equal orders. A cycle is cut at its first node in `nodes`, and returned.
 */
export function topologicalOrder<T>(
  nodes: readonly T[],
  before: (node: T) => Iterable<T>,
): { readonly order: readonly T[]; readonly cycles: readonly (readonly T[])[] } {
  const order: T[] = []
  const cycles: T[][] = []
  const state = new Map<T, 'open' | 'done'>()
  const path: T[] = []
  const known = new Set(nodes)
  const visit = (node: T): void => {
    if (state.get(node) === 'done') return
    if (state.get(node) === 'open') {
      cycles.push(path.slice(path.indexOf(node)))
      return
    }
    state.set(node, 'open')
    path.push(node)
    const first = new Set(before(node))
    for (const other of nodes) if (first.has(other) && known.has(other)) visit(other)
    path.pop()
    state.set(node, 'done')
    order.push(node)
  }
  nodes.forEach(visit)
  return { order, cycles }
}
