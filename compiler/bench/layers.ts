import type { CallNode } from '../trace/index.ts'
import { layers, type LayerInstructions } from './figures.ts'

export type Layer = (typeof layers)[number]

/** Owners by layer; of several that fit the longest decides. `mm/` stands for all below it. */
const layerOf: Readonly<Record<string, Layer>> = {
  'drivers/virtio-net': 'driver',
  'bus/': 'driver',
  'net/': 'ip',
  'net/tcp': 'tcp',
  'posix/sockets': 'sockets',
  'posix/files': 'sockets',
  'fs/': 'sockets',
  'posix/epoll': 'epoll',
  'posix/poll': 'epoll',
  'sched/': 'epoll',
  app: 'app',
  libc: 'libc',
  'libc/': 'libc',
  'mm/': 'memory',
  'irq/': 'irq',
  'drivers/lapic': 'irq',
  'drivers/ioapic': 'irq',
  'drivers/i8259': 'irq',
  'arch/x86': 'irq',
}

export function layerOfOwner(owner: string): Layer {
  const fitting = Object.keys(layerOf)
    .filter((key) => key === owner || (key.endsWith('/') && owner.startsWith(key)))
    .sort((a, b) => b.length - a.length)
  return layerOf[fitting[0] ?? ''] ?? 'other'
}

/** Instructions of a tree by layer. */
export function layerTotals(tree: CallNode): Record<Layer, number> {
  const totals = Object.fromEntries(layers.map((layer) => [layer, 0])) as Record<Layer, number>
  const visit = (node: CallNode): void => {
    totals[layerOfOwner(node.owner)] += node.selfInstructions
    node.children.forEach(visit)
  }
  visit(tree)
  return totals
}

/**
 * Totals of `times` repetitions as whole means that add up to the whole mean of their sum: what rounding down leaves goes to those
 * that it took most from (largest remainders).
 */
export function meansOf(totals: Readonly<Record<Layer, number>>, times: number): LayerInstructions {
  const sum = Object.values(totals).reduce((a, b) => a + b, 0)
  const means: Record<string, number> = {}
  for (const layer of layers) means[layer] = Math.floor(totals[layer] / times)
  const missing = Math.round(sum / times) - Object.values(means).reduce((a, b) => a + b, 0)
  const byRemainder = layers.toSorted((a, b) => (totals[b] % times) - (totals[a] % times))
  for (const layer of byRemainder.slice(0, missing)) means[layer]!++
  return means
}

/** The mean cost of each system call in a tree, with all that it calls; one within another counts to both. */
export function syscallMeans(tree: CallNode): Readonly<Record<string, number>> {
  const found = new Map<string, { calls: number; total: number }>()
  const visit = (node: CallNode, open: ReadonlySet<string>): void => {
    const isCall = node.name.startsWith('az_sys_') && !open.has(node.name)
    if (isCall) {
      const sum = found.get(node.name) ?? { calls: 0, total: 0 }
      found.set(node.name, { calls: sum.calls + node.calls, total: sum.total + node.totalInstructions })
    }
    const inside = isCall ? new Set([...open, node.name]) : open
    for (const child of node.children) visit(child, inside)
  }
  visit(tree, new Set())
  return Object.fromEntries(
    [...found]
      .filter(([, { calls }]) => calls > 0)
      .map(([name, { calls, total }]) => [name.slice('az_sys_'.length), Math.round(total / calls)] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  )
}
