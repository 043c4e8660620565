import { compareText } from './compare-text.ts'
import type { CallNode } from './call-tree.ts'
import { instructionKind, type CodeMap } from './code-map.ts'

/** How deep calls are told apart: below, a function is counted where it is found above, so that recursion cannot eat all memory. */
const depthMax = 400

/** Where the processor goes by itself: tables of stubs, each as long as it says. */
export interface VectorStubs {
  readonly start: number
  readonly stubBytes: number
  readonly count: number
}

/** Counts at one moment, to be subtracted from those of a later one. */
export interface TraceMark {
  readonly at: number
  readonly self: Float64Array
  readonly calls: Float64Array
}

export interface CallFollower {
  /** Takes addresses as a traced machine tells them. */
  readonly follow: (addresses: Uint32Array) => void
  /** Instructions so far. */
  readonly count: () => number
  /** Calls `entered` whenever the instruction at the function's first address is about to be counted. */
  readonly watch: (start: number, entered: (at: number) => void) => void
  /** Calls `read` with the count before each instruction that reads the clock. */
  readonly onClock: (read: (at: number) => void) => void
  readonly mark: () => TraceMark
  /** The tree of what ran between two marks; from the start, to now. */
  readonly tree: (name: string, from?: TraceMark, to?: TraceMark) => CallNode
}

interface Node {
  readonly id: number
  /** Index of the function; -1 for the root and for what is outside the image. */
  readonly function: number
  readonly parent: Node | undefined
  readonly children: Map<number, Node>
  readonly depth: number
}

/** A call that has not returned. */
interface Frame {
  readonly node: Node
  /** -1 for a jump that took the place of a call, which returns where its caller does. */
  readonly returnAddress: number
  /** For an interrupt: what the instruction before it was, which comes into effect after it. */
  readonly interrupted?: { readonly kind: number; readonly end: number }
}

/**
 * Rebuilds the tree of calls from the program counter alone: a call instruction opens a frame with the address behind it, a return
 * closes the frame that has the address it goes to (and all above: `longjmp`), an address in the vector stubs that was not jumped
 * to opens an interrupt's, and a jump to another function is a call that returns where its caller does.
 */
export function followCalls(map: CodeMap, stubs: readonly VectorStubs[]): CallFollower {
  const root: Node = { id: 0, function: -1, parent: undefined, children: new Map(), depth: 0 }
  const nodes: Node[] = [root]
  let self = new Float64Array(1024)
  let calls = new Float64Array(1024)
  let stack: Frame[] = [{ node: root, returnAddress: -1 }]
  let top = root
  let count = 0
  let kind: number = instructionKind.plain
  let end = -1
  const watched = new Map<number, ((at: number) => void)[]>()
  let clock: ((at: number) => void) | undefined
  const { base, functionAt, kindAt, readKind, normalize } = map
  const size = functionAt.length
  const stubFunctions = new Set(stubs.map(({ start }) => functionAt[start - base]))

  const childOf = (parent: Node, index: number): Node => {
    if (parent.function === index && index >= 0) return parent // recursion is counted in one place
    const known = parent.children.get(index)
    if (known) return known
    if (parent.depth >= depthMax) {
      for (let one: Node | undefined = parent; one; one = one.parent) if (one.function === index) return one
      return parent
    }
    const node: Node = {
      id: nodes.length,
      function: index,
      parent,
      children: new Map(),
      depth: parent.depth + 1,
    }
    parent.children.set(index, node)
    nodes.push(node)
    if (node.id >= self.length) {
      self = grown(self)
      calls = grown(calls)
    }
    return node
  }
  const push = (index: number, returnAddress: number, interrupted?: Frame['interrupted']): void => {
    top = childOf(top, index)
    calls[top.id]!++
    stack.push({ node: top, returnAddress, ...(interrupted && { interrupted }) })
  }
  const cut = (length: number): void => {
    stack.length = length
    top = stack[length - 1]!.node
  }
  /** Closes the frame that returns to `address`; false when none of those that are no interrupt's does. */
  const popTo = (address: number): boolean => {
    for (let i = stack.length - 1; i > 0; i--) {
      if (stack[i]!.interrupted) return false
      if (stack[i]!.returnAddress === address) {
        cut(i)
        return true
      }
    }
    return false
  }
  /** Into another function without a call: back into one that is open (`longjmp`), or a call at a function's end. */
  const jump = (index: number, offset: number): void => {
    const isStart = index >= 0 && map.functions[index]!.start === base + offset
    if (!isStart)
      for (let i = stack.length - 1; i > 0 && !stack[i]!.interrupted; i--)
        if (stack[i]!.node.function === index) return cut(i + 1)
    push(index, -1)
  }
  const isVector = (address: number): boolean =>
    stubs.some(
      ({ start, stubBytes, count: length }) =>
        address >= start && address < start + stubBytes * length && (address - start) % stubBytes === 0,
    )

  const step = (raw: number): void => {
    const address = normalize(raw)
    const offset = (address - base) >>> 0
    const known = offset < size
    const index = known ? functionAt[offset]! - 1 : -1
    if (kind === instructionKind.interruptReturn) {
      // What was interrupted goes on, unless the next interrupt waits already.
      let i = stack.length - 1
      while (i > 0 && !stack[i]!.interrupted) i--
      const saved = stack[i]?.interrupted
      kind = saved?.kind ?? instructionKind.plain
      end = saved?.end ?? -1
      if (saved) cut(i)
    }
    if (known && stubFunctions.has(index + 1) && top.function !== index && isVector(address)) {
      push(index, -1, { kind, end })
      kind = instructionKind.plain
    } else {
      if (kind === instructionKind.call && address !== end) push(index, end)
      else if (kind === instructionKind.return) {
        if (!popTo(address) && index !== top.function) jump(index, offset)
      } else if (index !== top.function) jump(index, offset)
    }
    if (known) {
      const packed = kindAt[offset] || readKind(offset)
      kind = packed & 15
      end = address + (packed >> 4)
      if (kind === instructionKind.clock) clock?.(count)
    } else kind = instructionKind.plain
    const entered = watched.size > 0 ? watched.get(address) : undefined
    if (entered) for (const one of entered) one(count)
    self[top.id]!++
    count++
  }

  const mark = (): TraceMark => ({
    at: count,
    self: self.slice(0, nodes.length),
    calls: calls.slice(0, nodes.length),
  })
  return {
    follow: (addresses) => {
      for (let i = 0; i < addresses.length; i++) step(addresses[i]!)
    },
    count: () => count,
    watch: (start, entered) => void watched.set(start, [...(watched.get(start) ?? []), entered]),
    onClock: (read) => void (clock = read),
    mark,
    tree: (name, from, to = mark()) => {
      const render = (node: Node): CallNode => {
        const children = [...node.children.values()]
          .filter(({ id }) => id < to.self.length)
          .map(render)
          .filter(({ totalInstructions, calls: made }) => totalInstructions > 0 || made > 0)
          .sort((a, b) => b.totalInstructions - a.totalInstructions || compareText(a.name, b.name))
        const own = to.self[node.id]! - (from?.self[node.id] ?? 0)
        const code = map.functions[node.function]
        return {
          name: node === root ? name : (code?.name ?? 'outside the image'),
          owner: node === root ? 'image' : (code?.owner ?? 'outside'),
          calls: node === root ? 1 : to.calls[node.id]! - (from?.calls[node.id] ?? 0),
          selfInstructions: own,
          totalInstructions: children.reduce((sum, child) => sum + child.totalInstructions, own),
          children,
        }
      }
      return render(root)
    },
  }
}

function grown(values: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(values.length * 2)
  larger.set(values)
  return larger
}
