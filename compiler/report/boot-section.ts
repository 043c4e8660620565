import { categoryOfName } from './category.ts'
import type { BootSection, FlameNode, FlameSection } from './document.ts'

/** A node of a traced call tree: `compiler/trace` makes it. */
export interface TracedCall {
  readonly name: string
  readonly owner: string
  readonly calls: number
  readonly selfInstructions: number
  readonly totalInstructions: number
  readonly children: readonly TracedCall[]
}

export interface TracedBoot {
  readonly root: TracedCall
  readonly events: readonly { readonly name: string; readonly atInstructions: number }[]
}

/** A traced boot as the page draws it; each event lasts until the next. */
export function bootSection({ root, events }: TracedBoot): BootSection {
  return {
    kind: 'boot',
    events: events.map(({ name, atInstructions: at }, index) => ({
      name,
      at,
      instructions: (events[index + 1]?.atInstructions ?? root.totalInstructions) - at,
    })),
    flame: flameSection('Boot, entry to main()', root),
  }
}

/** A traced call tree as the page draws it. */
export function flameSection(title: string, root: TracedCall): FlameSection {
  return { kind: 'flame', title, root: flameNode(root) }
}

function flameNode(call: TracedCall): FlameNode {
  return {
    name: call.name,
    owner: call.owner,
    category: categoryOfName(call.owner),
    calls: call.calls,
    self: call.selfInstructions,
    total: call.totalInstructions,
    children: call.children.map(flameNode),
  }
}
