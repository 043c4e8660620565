import { explainChain, type Demand, type ReasonStep } from '../analyze/index.ts'
import { renderSpan } from '../diag/index.ts'
import { categoryOfName } from '../page/index.ts'
import type { WhyEdge, WhyGraph, WhyNode } from './document.ts'
import { orderLayers } from './order-layers.ts'

/** What a component says of itself, as far as reasons come from it. */
export interface WhyComponent {
  readonly name: string
  readonly title: string
  readonly provides?: readonly string[]
  readonly needs?: readonly string[]
  readonly needsFor?: Readonly<Record<string, readonly string[]>>
  readonly syscalls?: Readonly<Record<string, string>>
  /** Why it was selected, outermost reason first. */
  readonly because: readonly string[]
  readonly bytes: number
}

export interface WhyInput {
  readonly demand: Demand
  /** Every component of the image. */
  readonly components: readonly WhyComponent[]
  /** System calls that the app's configuration answers. */
  readonly declared: Readonly<Record<string, 'stub' | 'fake'>>
  /** System calls behind run-time numbers, as the app's configuration lists them. */
  readonly dynamicSyscalls: readonly string[]
  /** All steps by which the app itself leads to what the demand has by a name, whether on a shortest chain or not. */
  readonly appStepsTo: (name: string) => readonly ReasonStep[]
}

/** How many lines of the app a demand shows in the graph; the table of system calls lists them all. */
const linesMax = 4

/** A node before it has a layer. */
type Draft = Omit<WhyNode, 'layer' | 'parent'>

/** An edge, with the words that end the chain of a component that is in the image because of it. */
interface DraftEdge extends WhyEdge {
  readonly because?: string
}

/**
 * The reasons of an image as a graph: all of them, not only the shortest. A component's parent is the cause that `azbuild why` names.
 */
export function whyGraph(input: WhyInput): WhyGraph {
  const nodes = new Map<string, Draft>()
  const edges: DraftEdge[] = []
  const add = (node: Draft): string => {
    if (!nodes.has(node.id)) nodes.set(node.id, node)
    return node.id
  }
  const { syscalls, features, undecided } = input.demand
  const demanded = [
    ...syscalls.map((one) => ({ one, kind: 'syscall' as const, name: one.name })),
    ...features.map((one) => ({ one, kind: 'feature' as const, name: one.name })),
    // A call whose number is known only at run time needs what finds the right one.
    ...undecided.slice(0, 1).map((one) => ({ one, kind: 'feature' as const, name: 'libc.dynamic' })),
  ]
  for (const { one, kind, name } of demanded) {
    const steps = input.appStepsTo(one.name)
    // The line that `azbuild why` names is always among them, first.
    const lines = [...steps.filter((step) => isStart(one.because, step)), ...steps]
      .filter((step, index, all) => all.findIndex((other) => idOf(other) === idOf(step)) === index)
      .slice(0, linesMax)
    const id = add({
      id: `${kind}:${name}`,
      kind,
      label: kind === 'syscall' ? `${name}()` : name,
      because: explainChain(one),
      ...(steps.length > lines.length ? { moreLines: steps.length - lines.length } : {}),
      ...(input.declared[one.name] ? { title: `declared a ${input.declared[one.name]}` } : {}),
    })
    for (const step of lines) edges.push({ from: add(lineNode(step)), to: id, label: `calls ${step.to}` })
    if (lines.length === 0) edges.push({ from: add(startNode), to: id, label: 'calls it' })
  }
  for (const name of input.dynamicSyscalls) {
    const because = [`shog.config.ts lists ${name} in dynamicSyscalls`]
    const id = add({ id: `syscall:${name}`, kind: 'syscall', label: `${name}()`, because })
    edges.push({ from: add(configuration), to: id, label: 'lists it in dynamicSyscalls' })
  }
  for (const component of input.components) add(componentNode(component))
  for (const component of input.components) edges.push(...edgesInto(component, input, nodes, add))

  const parents = parentsOf(nodes, edges, input.components)
  const layers = layersOf(nodes, parents)
  return orderLayers({
    nodes: [...nodes.values()].map((node) => {
      const parent = parents.get(node.id)
      return { ...node, layer: layers.get(node.id) ?? 0, ...(parent === undefined ? {} : { parent }) }
    }),
    edges: uniqueEdges(edges),
  })
}

const everyImage: Draft = { id: 'given:every', kind: 'given', label: 'every image', because: [] }
const configuration: Draft = {
  id: 'given:shog.config.ts',
  kind: 'given',
  label: 'shog.config.ts',
  because: [],
}
const startNode: Draft = { id: 'given:start', kind: 'given', label: 'start-up code', because: [] }

const placeOf = ({ span, from }: ReasonStep): string => (span ? renderSpan(span) : from)
const idOf = (step: ReasonStep): string => `line:${placeOf(step)}`

/** Whether a step is the one of the app that a chain leaves it by. */
function isStart(chain: readonly ReasonStep[], step: ReasonStep): boolean {
  return chain.some((one) => one.to === step.to && idOf(one) === idOf(step))
}

function lineNode(step: ReasonStep): Draft {
  const place = placeOf(step)
  const label = place.slice(place.lastIndexOf('/') + 1)
  return { id: idOf(step), kind: 'line', label, because: [], title: `${place} ${step.from}` }
}

function componentNode({ name, title, because, bytes }: WhyComponent): Draft {
  return {
    id: `component:${name}`,
    kind: 'component',
    label: name,
    title,
    because,
    bytes,
    category: categoryOfName(name),
  }
}

/** Everything that would bring a component in by itself. */
function edgesInto(
  component: WhyComponent,
  { components, demand, declared, dynamicSyscalls }: WhyInput,
  nodes: ReadonlyMap<string, Draft>,
  add: (node: Draft) => string,
): readonly DraftEdge[] {
  const to = `component:${component.name}`
  const demanded = [...demand.syscalls.map(({ name }) => name), ...dynamicSyscalls]
  const calls = new Set(demanded.filter((name) => !declared[name]))
  const edges: DraftEdge[] = []
  for (const call of Object.keys(component.syscalls ?? {}))
    if (calls.has(call)) {
      const because = `${component.name} implements ${call}()`
      edges.push({ from: `syscall:${call}`, to, label: 'is implemented by', because })
    }
  for (const wanted of component.provides ?? []) {
    if (nodes.has(`feature:${wanted}`)) edges.push({ from: `feature:${wanted}`, to, label: 'is provided by' })
    for (const other of components) {
      if (other.name === component.name) continue
      const from = `component:${other.name}`
      const label = `needs "${wanted}"`
      if (other.needs?.includes(wanted)) edges.push({ from, to, label, because: `${other.name} ${label}` })
      for (const call of other.needsFor?.[wanted] ?? [])
        if (calls.has(call)) {
          const words = `${label} for ${call}()`
          edges.push({ from, to, label: words, because: `${other.name} ${words}` })
        }
    }
  }
  // What no chain of the app explains is given: by azbuild (`every image needs "console"`) or by a configuration.
  const [first = '', ...rest] = component.because
  if (first.startsWith('every ') && rest.length <= 1)
    edges.push({
      from: add(everyImage),
      to,
      label: first.replace(/^every (\S+ )?image /, ''),
      because: first,
    })
  else if (rest.length === 0)
    edges.push({
      from: add({ id: `given:${first}`, kind: 'given', label: first, because: [] }),
      to,
      label: 'asks for it',
      because: first,
    })
  return edges
}

/** The cause on a shortest chain: for a component the one that its reasons name, else the first there is. */
function parentsOf(
  nodes: ReadonlyMap<string, Draft>,
  edges: readonly DraftEdge[],
  components: readonly WhyComponent[],
): ReadonlyMap<string, string> {
  const parents = new Map<string, string>()
  for (const { from, to } of edges)
    if (!to.startsWith('component:') && !parents.has(to)) parents.set(to, from)
  for (const { name, because } of components) {
    const to = `component:${name}`
    const mine = edges.filter((edge) => edge.to === to)
    // "... because net/tcp needs X, because net/ipv4 provides X": the cause is in the last line or the one before.
    const last = because.slice(-2)
    const named = mine.find((edge) => edge.because !== undefined && last.includes(edge.because))
    const parent = named ?? mine.find((edge) => nodes.get(edge.from)?.kind !== 'component') ?? mine[0]
    if (parent) parents.set(to, parent.from)
  }
  return parents
}

function layersOf(
  nodes: ReadonlyMap<string, Draft>,
  parents: ReadonlyMap<string, string>,
): ReadonlyMap<string, number> {
  const layers = new Map<string, number>()
  for (const id of nodes.keys()) {
    const chain = [id]
    for (
      let parent = parents.get(id);
      parent !== undefined && !chain.includes(parent);
      parent = parents.get(parent)
    )
      chain.push(parent)
    const root = nodes.get(chain.at(-1) as string)
    // Nothing lies between "every image" and a component, so the layer of system calls is skipped.
    const skipped =
      chain.length > 1 && root?.kind === 'given' && chain.at(-2)?.startsWith('component:') ? 1 : 0
    layers.set(id, chain.length - 1 + skipped)
  }
  return layers
}

function uniqueEdges(edges: readonly DraftEdge[]): readonly WhyEdge[] {
  const seen = new Map<string, WhyEdge>()
  for (const { from, to, label } of edges) {
    const key = `${from}\0${to}`
    if (!seen.has(key)) seen.set(key, { from, to, label })
  }
  return [...seen.values()]
}
