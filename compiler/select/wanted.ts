import {
  explainChain,
  undecidedSyscall,
  type Demand,
  type Demanded,
  type ReasonStep,
} from '../analyze/index.ts'
import type { Diagnostic } from '../diag/index.ts'
import { symbolOf, type Arch, type Component, type Registry } from '../component/index.ts'
import { nothingImplements, nothingProvides } from './diagnostics.ts'

/** What every image needs, whatever its app does. */
const floor = [
  'arch',
  'core',
  'machine.exit',
  'libc.start',
  'libc.string',
  'libc.rt',
  'console',
  'host.link',
] as const

/** The boot protocols of a flavour, by component. */
export const bootComponents: Readonly<Record<Arch, readonly string[]>> = {
  x86_64: ['boot/pvh'],
  i386: ['boot/multiboot', 'boot/pvh'],
}

/** Why a component is wanted: its chain, outermost reason first, and the interfaces asked of it. */
export interface Want {
  readonly component: Component
  readonly because: readonly string[]
}

/** A demand for an interface, with what asked for it. */
export interface InterfaceWant {
  readonly interfaceName: string
  readonly because: readonly string[]
}

export interface Wanted {
  readonly components: ReadonlyMap<string, Want>
  /** Every interface that something in the image needs: the first, shortest reason for each. */
  readonly interfaces: readonly InterfaceWant[]
  readonly problems: readonly Diagnostic[]
}

export interface WantedOptions {
  readonly arch: Arch
  /** System calls the app's configuration answers itself. */
  readonly declared: ReadonlySet<string>
  readonly dynamicSyscalls: readonly string[]
  /** Components that the app's configuration asks for, by name, with the words that do. */
  readonly asked: ReadonlyMap<string, string>
  /** Components the user switched off or on: preferred providers that are off give way to others. */
  readonly isOff?: (component: Component) => boolean
}

/** The components an app's demand leads to, by breadth-first search, so that each reason is a shortest one. */
export function wantedComponents(registry: Registry, demand: Demand, options: WantedOptions): Wanted {
  const available = registry.components.filter(
    ({ manifest }) => !manifest.arch || manifest.arch.includes(options.arch),
  )
  const problems: Diagnostic[] = []
  const components = new Map<string, Want>()
  const interfaces = new Map<string, InterfaceWant>()
  const queue: Want[] = []

  const want = (component: Component, because: readonly string[]): void => {
    if (components.has(component.manifest.name)) return
    const entry = { component, because }
    components.set(component.manifest.name, entry)
    queue.push(entry)
  }
  const wantInterface = (interfaceName: string, because: readonly string[]): void => {
    if (interfaces.has(interfaceName)) return
    interfaces.set(interfaceName, { interfaceName, because })
    const providers = available.filter(({ manifest }) => manifest.provides?.includes(interfaceName))
    const chosen = chooseProviders(providers, components, options)
    if (chosen.length === 0) problems.push(nothingProvides(interfaceName, because))
    for (const component of chosen)
      want(component, [...because, `${component.manifest.name} provides "${interfaceName}"`])
  }

  for (const name of bootComponents[options.arch]) {
    const component = available.find(({ manifest }) => manifest.name === name)
    if (component) want(component, [`every ${options.arch} image starts through ${name}`])
  }
  for (const [name, reason] of options.asked) {
    const component = available.find(({ manifest }) => manifest.name === name)
    if (component) want(component, [reason])
  }
  for (const name of floor) wantInterface(name, [`every image needs "${name}"`])

  const bySyscall = new Map(
    available.flatMap((component) =>
      Object.keys(component.manifest.syscalls ?? {}).map((syscall) => [syscall, component] as const),
    ),
  )
  const demandedCalls = new Map<string, readonly string[]>()
  const reasonOf = (call: string): readonly string[] => demandedCalls.get(call) ?? []
  const dynamic = options.dynamicSyscalls.map((name): Demanded => ({ name, because: [] }))
  for (const call of [...demand.syscalls, ...dynamic]) {
    if (options.declared.has(call.name)) continue
    const owner = bySyscall.get(call.name)
    const chain =
      call.because.length > 0
        ? explainSteps(call.because)
        : [`shog.config.ts lists ${call.name} in dynamicSyscalls`]
    demandedCalls.set(call.name, chain)
    if (owner) want(owner, [...chain, `${owner.manifest.name} implements ${call.name}()`])
    else problems.push(nothingImplements(call.name, chain, spanOf(call)))
  }
  for (const feature of demand.features) wantInterface(feature.name, explainSteps(feature.because))
  if (demand.undecided.length > 0) {
    const first = demand.undecided[0]!
    if (options.dynamicSyscalls.length === 0) {
      problems.push(undecidedSyscall(first))
    }
    wantInterface('libc.dynamic', explainSteps(first.because))
  }

  for (let entry = queue.shift(); entry; entry = queue.shift()) {
    const { manifest } = entry.component
    for (const need of manifest.needs ?? []) {
      wantInterface(need, [...entry.because, `${manifest.name} needs "${need}"`])
    }
    for (const [need, calls] of Object.entries(manifest.needsFor ?? {})) {
      const call = calls.find((name) => demandedCalls.has(name))
      if (call) wantInterface(need, [...reasonOf(call), `${manifest.name} needs "${need}" for ${call}()`])
    }
  }
  return { components, interfaces: [...interfaces.values()], problems }
}

/**
 * The providers an image takes for an interface: those already wanted; else all preferred ones that are not off; else the one
 * there is; else the first that is not off, by name.
 */
function chooseProviders(
  providers: readonly Component[],
  wanted: ReadonlyMap<string, Want>,
  { isOff = () => false }: WantedOptions,
): readonly Component[] {
  const on = providers.filter((component) => !isOff(component))
  const candidates = on.length > 0 ? on : providers
  const preferred = candidates.filter(({ manifest }) => manifest.preferred)
  if (preferred.length > 0) return preferred
  const already = candidates.filter(({ manifest }) => wanted.has(manifest.name))
  return already.length > 0 ? already : candidates.slice(0, 1)
}

/** A chain of reason steps as lines: `main.c:31 main calls listen`. */
export function explainSteps(because: readonly ReasonStep[]): readonly string[] {
  return explainChain({ because })
}

/** The line of the app that starts the chain. */
function spanOf(demanded: Demanded): { file: string; line?: number } | undefined {
  return demanded.because.find((step) => step.span)?.span
}

/** The Kconfig symbol that says an app demands a component. */
export const demandSymbol = (component: string): string => `DEMAND_${symbolOf(component)}`
/** The Kconfig symbol that says the image has a provider of an interface. */
export const haveSymbol = (interfaceName: string): string => `HAVE_${symbolOf(interfaceName)}`
