import type { BootTrace, CallNode } from '../trace/index.ts'
import { categoryOfName } from './category.ts'
import type { BootSection, FlameNode, FlameSection } from './document.ts'

/** A traced boot as the page draws it; each event lasts until the next. */
export function bootSection({ root, events }: BootTrace): BootSection {
  return {
    kind: 'boot',
    events: events.map(({ name, atInstructions: at }, index) => ({
      name,
      at,
      instructions: (events[index + 1]?.atInstructions ?? root.totalInstructions) - at,
    })),
    flame: flameSection('Boot', root),
  }
}

/** A traced call tree as the page draws it. */
export function flameSection(title: string, root: CallNode): FlameSection {
  return { kind: 'flame', title, root: flameNode(root) }
}

function flameNode(call: CallNode): FlameNode {
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
