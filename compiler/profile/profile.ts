import { rangeAt, symbolize, type Image } from '../link/index.ts'
import { linkedAddress, trapName, trapStubs } from './image-map.ts'
import type { Recording } from './recording.ts'

/** A function that was seen, inlined ones too. */
export interface ProfiledFunction {
  readonly name: string
  /** `app`, `libc`, a component such as `net/tcp`; undefined outside the image. */
  readonly owner: string | undefined
  readonly file: string | undefined
  /** Where it begins; of an inlined function the first line that was sampled. */
  readonly line: number | undefined
  /** The line with most of its own samples. */
  readonly hottestLine: number | undefined
  /** Samples in it, and in it or what it called: a function that calls itself counts once. */
  readonly self: number
  readonly total: number
}

/** A function in the tree of calls. */
export interface ProfileNode {
  /** Index into `functions`. */
  readonly function: number
  /** Index into `nodes`, always smaller than its own; -1 at the root. */
  readonly parent: number
  readonly self: number
  readonly total: number
}

/** Where an image spent its instructions. */
export interface Profile {
  readonly name: string
  readonly arch: string
  readonly unit: Recording['unit']
  readonly every: number
  readonly instructions: number | undefined
  readonly samples: number
  /** Most `self` first, then most `total`, then by name. */
  readonly functions: readonly ProfiledFunction[]
  /** Parents before children. */
  readonly nodes: readonly ProfileNode[]
  /** Nodes in the order of time, runs of one node together. */
  readonly timeline: readonly { readonly node: number; readonly samples: number }[]
}

export interface ProfileInput {
  readonly name: string
  readonly arch: string
  readonly image: Image
  readonly recording: Recording
  readonly ownerAt: (address: bigint) => string | undefined
}

/** Below this depth a function that is on the stack already is not put there once more, so that recursion has an end in a picture. */
const depthMax = 200

interface Place {
  readonly function: number
  readonly line: number | undefined
}

interface Growing {
  readonly name: string
  readonly owner: string | undefined
  readonly file: string | undefined
  line: number | undefined
  readonly lines: Map<number, number>
  self: number
  total: number
}

interface GrowingNode {
  readonly function: number
  readonly parent: number
  readonly depth: number
  self: number
  total: number
}

/** Turns addresses into functions and adds samples up. */
export function profileOf({ name, arch, image, recording, ownerAt }: ProfileInput): Profile {
  const functions: Growing[] = []
  const placesAt = placeFinder(image, ownerAt, functions)
  const nodes: GrowingNode[] = []
  const numbers = new Map<number, number>()
  const childOf = (parent: number, fn: number): number => {
    const depth = parent < 0 ? 0 : nodes[parent]!.depth + 1
    if (depth >= depthMax) {
      for (let above = parent; above >= 0; above = nodes[above]!.parent)
        if (nodes[above]!.function === fn) return above
    }
    const key = (parent + 1) * 0x200000 + fn
    const known = numbers.get(key)
    if (known !== undefined) return known
    nodes.push({ function: fn, parent, depth, self: 0, total: 0 })
    numbers.set(key, nodes.length - 1)
    return nodes.length - 1
  }
  // A parent has a smaller number than its children, so one pass finds each node's place in the tree of functions.
  const treeNodes = new Int32Array(recording.parents.length + 1).fill(-1)
  recording.addresses.forEach((address, index) => {
    let node = treeNodes[recording.parents[index]!]!
    for (const { function: fn } of placesAt(address)) node = childOf(node, fn)
    treeNodes[index + 1] = node
  })
  const timeline: { node: number; samples: number }[] = []
  for (const sample of recording.samples) {
    const node = treeNodes[sample]!
    nodes[node]!.self++
    const place = placesAt(recording.addresses[sample - 1]!).at(-1)!
    const fn = functions[place.function]!
    fn.self++
    if (place.line !== undefined) fn.lines.set(place.line, (fn.lines.get(place.line) ?? 0) + 1)
    const last = timeline.at(-1)
    if (last?.node === node) last.samples++
    else timeline.push({ node, samples: 1 })
  }
  addTotals(nodes, functions)
  return sorted({ name, arch, recording, functions, nodes, timeline })
}

/** The functions at an address, the outermost first, with the line in each; remembered. */
function placeFinder(
  image: Image,
  ownerAt: ProfileInput['ownerAt'],
  functions: Growing[],
): (address: bigint) => readonly Place[] {
  const known = new Map<bigint, readonly Place[]>()
  const numbers = new Map<string, number>()
  const stubs = trapStubs(image)
  const number = (fn: Omit<Growing, 'lines' | 'self' | 'total'>): number => {
    const key = `${fn.name}\0${fn.file ?? ''}\0${fn.owner ?? ''}`
    let index = numbers.get(key)
    if (index === undefined) {
      index = functions.push({ ...fn, lines: new Map(), self: 0, total: 0 }) - 1
      numbers.set(key, index)
    }
    return index
  }
  const find = (raw: bigint): readonly Place[] => {
    const address = linkedAddress(image, raw)
    const range = address === undefined ? undefined : rangeAt(image, address)
    const alone = (name: string, owner: string | undefined): readonly Place[] => [
      { function: number({ name, owner, file: undefined, line: undefined }), line: undefined },
    ]
    if (address === undefined || !range?.code) return alone('[outside the image]', undefined)
    const owner = ownerAt(address)
    const trap = trapName(stubs, address)
    if (trap) return alone(trap, owner)
    return symbolize(image, [{ address, kind: 'exact' }])
      .toReversed()
      .map(({ symbol, inlined, span }) => {
        const start = inlined
          ? span
          : symbolize(image, [{ address: range.start, kind: 'exact' }]).at(-1)?.span
        const fn = number({
          name: symbol ?? '?',
          owner,
          file: inlined ? span?.file : (start?.file ?? span?.file),
          line: start?.line,
        })
        const line = span?.line
        if (inlined && line !== undefined) functions[fn]!.line = Math.min(functions[fn]!.line ?? line, line)
        return { function: fn, line: span?.file === functions[fn]!.file ? line : undefined }
      })
  }
  return (address) => {
    let places = known.get(address)
    if (places === undefined) known.set(address, (places = find(address)))
    return places
  }
}

function addTotals(nodes: readonly GrowingNode[], functions: readonly Growing[]): void {
  for (let index = nodes.length - 1; index >= 0; index--) {
    const node = nodes[index]!
    node.total += node.self
    if (node.parent >= 0) nodes[node.parent]!.total += node.total
  }
  for (const node of nodes) {
    let above = node.parent
    while (above >= 0 && nodes[above]!.function !== node.function) above = nodes[above]!.parent
    if (above < 0) functions[node.function]!.total += node.total
  }
}

function sorted(parts: {
  readonly name: string
  readonly arch: string
  readonly recording: Recording
  readonly functions: readonly Growing[]
  readonly nodes: readonly GrowingNode[]
  readonly timeline: Profile['timeline']
}): Profile {
  const { name, arch, recording, functions, nodes, timeline } = parts
  const order = functions
    .map((fn, index) => ({ fn, index }))
    .sort((a, b) => b.fn.self - a.fn.self || b.fn.total - a.fn.total || (a.fn.name < b.fn.name ? -1 : 1))
  const places = new Map(order.map(({ index }, place) => [index, place]))
  return {
    name,
    arch,
    unit: recording.unit,
    every: recording.every,
    instructions: recording.instructions,
    samples: recording.samples.length,
    functions: order.map(({ fn: { lines, ...fn } }) => ({
      ...fn,
      hottestLine: [...lines].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0]?.[0],
    })),
    nodes: nodes.map(({ depth: _, ...node }) => ({ ...node, function: places.get(node.function)! })),
    timeline,
  }
}

/** The functions of a node's stack, the outermost first. */
export function stackOf(profile: Profile, node: number): readonly number[] {
  const stack: number[] = []
  for (let at = node; at >= 0; at = profile.nodes[at]!.parent) stack.push(profile.nodes[at]!.function)
  return stack.reverse()
}
