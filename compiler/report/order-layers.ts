import type { WhyGraph, WhyNode } from './document.ts'

/** How often neighbours pull each other into line; more changes nothing that can be seen. */
const sweeps = 8

/**
 * The graph with the nodes of each layer in an order that crosses few edges: each is put at the mean place of its neighbours, layer by
 * layer, forth and back (the barycentre heuristic of Sugiyama, Tagawa and Toda). The same graph gives the same order.
 */
export function orderLayers({ nodes, edges }: WhyGraph): WhyGraph {
  const layers: WhyNode[][] = []
  for (const node of nodes.toSorted((a, b) => compareText(a.id, b.id))) (layers[node.layer] ??= []).push(node)
  const neighbours = new Map<string, string[]>(nodes.map(({ id }) => [id, []]))
  for (const { from, to } of edges) {
    neighbours.get(from)?.push(to)
    neighbours.get(to)?.push(from)
  }
  const places = new Map<string, number>()
  const place = (layer: readonly WhyNode[]): void =>
    layer.forEach(({ id }, index) => places.set(id, (index + 0.5) / layer.length))
  for (const layer of layers) if (layer) place(layer)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const order = sweep % 2 === 0 ? layers.keys() : [...layers.keys()].reverse()
    for (const index of order) {
      const layer = layers[index]
      if (!layer) continue
      const pulls = new Map(
        layer.map(({ id }) => [
          id,
          mean(
            (neighbours.get(id) ?? []).map((one) => places.get(one) ?? 0),
            places.get(id) ?? 0,
          ),
        ]),
      )
      layer.sort((a, b) => (pulls.get(a.id) ?? 0) - (pulls.get(b.id) ?? 0) || compareText(a.id, b.id))
      place(layer)
    }
  }
  return { nodes: layers.flat().filter((node) => node !== undefined), edges }
}

function mean(values: readonly number[], otherwise: number): number {
  return values.length === 0 ? otherwise : values.reduce((sum, value) => sum + value, 0) / values.length
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
