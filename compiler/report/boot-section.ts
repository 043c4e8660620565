import { categoryOfName, type FlameNode, type FlameSection } from '../page/index.ts'
import type { BootTrace, CallNode } from '../trace/index.ts'
import type { BootSection, RequestSection } from './document.ts'

/** What a reader calls the events that are no call of the init table. */
const eventNames: Readonly<Record<string, string>> = {
  entry: 'kernel entry',
  main: 'main()',
  listen: 'listening',
  exit: 'exit',
  idle: 'waits for something to do',
  end: 'the machine stops',
}

/** A traced boot as the page draws it; each event lasts until the next, the last is a moment. */
export function bootSection({ root, events }: BootTrace, runner: string): BootSection {
  return {
    kind: 'boot',
    runner,
    events: events.map(({ name, atInstructions: at }, index) => ({
      name: eventNames[name] ?? name,
      at,
      instructions: (events[index + 1]?.atInstructions ?? at) - at,
    })),
    flame: flameSection('Boot', root),
  }
}

/** Requests as the page draws them, `count` of them in one tree. */
export function requestSection(root: CallNode, count: number): RequestSection {
  return { count, flame: flameSection(`${count} requests`, root) }
}

/** A traced call tree as the page draws it. */
function flameSection(title: string, root: CallNode): FlameSection {
  return { kind: 'flame', title, unit: 'instructions', root: flameNode(root) }
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
