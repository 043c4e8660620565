import {
  createConfig,
  definedNames,
  explain,
  loadDotconfig,
  parseKconfig,
  symbolNamed,
  type Config,
  type DotconfigProblem,
} from '../../kconfig/index.ts'
import type { Demand } from '../analyze/index.ts'
import { symbolOf, type Arch, type Component, type Registry } from '../component/index.ts'
import { fail, nearest, ok, type Diagnostic, type Result } from '../diag/index.ts'
import {
  contradiction,
  kconfigProblem,
  switchedOff,
  syscallSwitchedOff,
  unknownDeclared,
  unknownSymbol,
} from './diagnostics.ts'
import { renderKconfig } from './kconfig-text.ts'
import type { Selected, SelectedSyscall, Selection } from './selection.ts'
import { explainSteps, wantedComponents, type Wanted, type WantedOptions } from './wanted.ts'

/** What a selection is made from: plain data and one reader for Kconfig files. */
export interface ConfigureInput {
  readonly registry: Registry
  readonly arch: Arch
  readonly demand: Demand
  /** The text of components/Kconfig. */
  readonly menus: string
  /** First paragraph of each component's README, by component name. */
  readonly help: ReadonlyMap<string, string>
  /** Text of a component's own Kconfig. */
  readonly read: (path: string) => string | undefined
  /** The user's .config, when there is one. */
  readonly dotconfig?: { readonly file: string; readonly text: string }
  /** An unknown symbol in .config is an error. */
  readonly strict: boolean
  /** System calls that the app's configuration answers, and those behind run-time numbers. */
  readonly declared: Readonly<Record<string, 'stub' | 'fake'>>
  readonly dynamicSyscalls: readonly string[]
  /** Components that the app's configuration asks for, with the words that do. */
  readonly asked: ReadonlyMap<string, string>
  /** Every system call there is. */
  readonly syscallNames: ReadonlySet<string>
  readonly configFile?: string
}

/** An app's demand as a Kconfig tree with the user's values loaded: what menuconfig shows and `configure` checks. */
export interface Configuration {
  readonly config: Config
  readonly wanted: Wanted
  readonly problems: readonly Diagnostic[]
}

/** Opens the configuration of an image. Never fails: whatever is wrong is among the problems. */
export function openConfiguration(input: ConfigureInput): Configuration {
  const { registry, arch, menus, help, read, dotconfig } = input
  const options = wantedOptions(input)
  const first = wantedComponents(registry, input.demand, options)
  const treeFor = (wanted: Wanted): Config => {
    const files = renderKconfig({ registry, arch, menus, help, demanded: new Set(wanted.components.keys()) })
    return createConfig(parseKconfig({ root: 'Kconfig', read: (file) => files.get(file) ?? read(file) }))
  }
  let config = treeFor(first)
  let wanted = first
  const problems: Diagnostic[] = []
  if (dotconfig) {
    let report = loadDotconfig(config, dotconfig.text)
    const off = new Set(registry.components.filter((component) => isOffByUser(config, component)))
    if (off.size > 0) {
      wanted = wantedComponents(registry, input.demand, {
        ...options,
        isOff: (component) => off.has(component),
      })
      config = treeFor(wanted)
      report = loadDotconfig(config, dotconfig.text)
    }
    const names = definedNames(config.tree)
    problems.push(
      ...report.problems.map((problem) => dotconfigProblem(problem, dotconfig.file, names, input.strict)),
    )
  }
  for (const { severity, message, span } of config.tree.problems)
    problems.push(kconfigProblem(message, span, severity))
  return { config, wanted, problems }
}

function isOffByUser(config: Config, { manifest }: Component): boolean {
  const symbol = symbolNamed(config.tree, symbolOf(manifest.name))
  return symbol !== undefined && config.hasUserValue(symbol) && config.userTristate(symbol) === 0
}

function dotconfigProblem(
  { kind, line, name, message }: DotconfigProblem,
  file: string,
  names: readonly string[],
  strict: boolean,
): Diagnostic {
  return kind === 'unknown-symbol'
    ? unknownSymbol(name, { file, line }, nearest(name, names), strict)
    : kconfigProblem(message, { file, line }, 'warning')
}

function wantedOptions(input: ConfigureInput): WantedOptions {
  return {
    arch: input.arch,
    declared: new Set(Object.keys(input.declared)),
    dynamicSyscalls: input.dynamicSyscalls,
    asked: input.asked,
  }
}

/** The components of an image: what the app demands, with the user's last word, checked against each other. */
export function configure(input: ConfigureInput): Result<Selection> {
  const { config, wanted, problems: opened } = openConfiguration(input)
  const problems = [...opened, ...wanted.problems, ...declaredProblems(input)]
  const { registry, arch, demand } = input
  const on = registry.components.filter(({ manifest }) => {
    const symbol = symbolNamed(config.tree, symbolOf(manifest.name))
    return symbol !== undefined && config.value(symbol) === 'y'
  })
  if (wanted.problems.length === 0) {
    // What the tree lacks is said already; components that are off for want of it need not be listed one by one.
    const reported = new Set<string>()
    problems.push(
      ...unmetInterfaces(input, config, wanted, on, reported),
      ...unmetSyscalls(input, config, on, reported),
    )
    problems.push(...contradictions(input, config))
  }
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return fail(...problems)

  const components = on.map((component): Selected => {
    const { name } = component.manifest
    const because = wanted.components.get(name)?.because ?? [
      `${symbolOf(name)}=y in ${input.dotconfig?.file ?? '.config'}`,
    ]
    return { component, symbol: symbolOf(name), because }
  })
  return ok(
    { arch, components, symbols: valuesOf(config), syscalls: syscallsOf(input, on), demand },
    problems,
  )
}

function declaredProblems({
  declared,
  dynamicSyscalls,
  syscallNames,
  configFile,
}: ConfigureInput): Diagnostic[] {
  return [...Object.keys(declared), ...dynamicSyscalls]
    .filter((name) => !syscallNames.has(name))
    .map((name) => unknownDeclared(name, nearest(name, syscallNames), configFile))
}

/** Every interface that something wants must have a provider that is on. Each component that is off is `reported` once. */
function unmetInterfaces(
  input: ConfigureInput,
  config: Config,
  wanted: Wanted,
  on: readonly Component[],
  reported: Set<string>,
): Diagnostic[] {
  const provided = new Set(on.flatMap(({ manifest }) => manifest.provides ?? []))
  return wanted.interfaces.flatMap(({ interfaceName, because }) => {
    if (provided.has(interfaceName)) return []
    const candidates = [...wanted.components.values()].filter(({ component }) =>
      component.manifest.provides?.includes(interfaceName),
    )
    const culprit = candidates[0]?.component.manifest.name
    if (culprit === undefined) return [] // nothing in the tree provides it: reported by wantedComponents
    const { root, where } = rootOfOff(input, config, culprit)
    if (reported.has(root)) return []
    reported.add(root)
    return [switchedOff(interfaceName, because, root, symbolOf(root), where)]
  })
}

function unmetSyscalls(
  input: ConfigureInput,
  config: Config,
  on: readonly Component[],
  reported: Set<string>,
): Diagnostic[] {
  const { registry, demand, declared } = input
  return demand.syscalls.flatMap((call) => {
    if (Object.hasOwn(declared, call.name)) return []
    const owner = registry.components.find(({ manifest }) =>
      Object.hasOwn(manifest.syscalls ?? {}, call.name),
    )
    if (!owner || on.includes(owner)) return []
    const { name } = owner.manifest
    const { root, where } = rootOfOff(input, config, name)
    if (reported.has(root)) return []
    reported.add(root)
    const because = [...explainSteps(call.because), `${name} implements ${call.name}()`]
    return [syscallSwitchedOff(call.name, because, root, symbolOf(root), where)]
  })
}

/** The component whose being off makes `component` off: itself, or one that provides what it depends on; and where it says so. */
function rootOfOff(
  input: ConfigureInput,
  config: Config,
  component: string,
): { root: string; where: string } {
  const seen = new Set<string>()
  const follow = (name: string): { root: string; where: string } | undefined => {
    if (seen.has(name)) return undefined
    seen.add(name)
    const where = lineOf(input, symbolOf(name))
    if (where) return { root: name, where }
    const needs =
      input.registry.components.find(({ manifest }) => manifest.name === name)?.manifest.needs ?? []
    for (const need of needs) {
      const providers = input.registry.components.filter(({ manifest }) => manifest.provides?.includes(need))
      const anyOn = providers.some(({ manifest }) => {
        const symbol = symbolNamed(config.tree, symbolOf(manifest.name))
        return symbol !== undefined && config.value(symbol) === 'y'
      })
      if (anyOn) continue
      for (const provider of providers) {
        const found = follow(provider.manifest.name)
        if (found) return found
      }
    }
    return undefined
  }
  const symbol = symbolNamed(config.tree, symbolOf(component))
  const held = symbol ? explain(config, symbol).heldDownBy.map(({ expression }) => expression) : []
  return (
    follow(component) ?? {
      root: component,
      where: held.length > 0 ? `it depends on ${held.join(' and ')}` : `${symbolOf(component)} is n`,
    }
  )
}

/** `SYMBOL=n in .config:41`, when the user's .config switches it off. */
function lineOf({ dotconfig }: ConfigureInput, symbol: string): string | undefined {
  if (!dotconfig) return undefined
  const lines = dotconfig.text.split('\n')
  const index = lines.findLastIndex(
    (line) => line.trim() === `# CONFIG_${symbol} is not set` || line.trim() === `CONFIG_${symbol}=n`,
  )
  return index < 0 ? undefined : `${symbol}=n in ${dotconfig.file}:${index + 1}`
}

/** Lines of .config that ask for a component which something else keeps off. */
function contradictions(input: ConfigureInput, config: Config): Diagnostic[] {
  const { dotconfig, registry } = input
  if (!dotconfig) return []
  const lines = dotconfig.text.split('\n')
  return registry.components.flatMap(({ manifest }) => {
    const name = symbolOf(manifest.name)
    const line = lines.findLastIndex((text) => text.trim() === `CONFIG_${name}=y`) + 1
    const symbol = symbolNamed(config.tree, name)
    if (line === 0 || !symbol || config.value(symbol) === 'y') return []
    const because = explain(config, symbol).heldDownBy.map(
      ({ expression, value }) => `it depends on ${expression}, which is ${value}`,
    )
    return [contradiction(name, { file: dotconfig.file, line }, 'y', 'n', because)]
  })
}

function valuesOf(config: Config): (readonly [string, string])[] {
  const values: [string, string][] = []
  for (const symbol of config.tree.byName.values()) {
    if (symbol.kind !== 'symbol' || symbol.nodes.length === 0 || symbol.name.startsWith('DEMAND_')) continue
    const value = config.value(symbol)
    if (value === '' || value === 'n') continue
    values.push([symbol.name, symbol.type === 'string' ? JSON.stringify(value) : value])
  }
  return values.sort(([a], [b]) => (a < b ? -1 : 1))
}

function syscallsOf(
  { demand, declared, dynamicSyscalls }: ConfigureInput,
  on: readonly Component[],
): SelectedSyscall[] {
  const reasons = new Map(demand.syscalls.map((call) => [call.name, explainSteps(call.because)]))
  for (const name of dynamicSyscalls) {
    if (!reasons.has(name)) reasons.set(name, ['dynamicSyscalls in shog.config.ts lists it'])
  }
  return [...reasons]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, because]): SelectedSyscall[] => {
      const as = declared[name]
      if (as) return [{ name, because, answeredBy: { kind: 'declared', as } }]
      const owner = on.find(({ manifest }) => Object.hasOwn(manifest.syscalls ?? {}, name))?.manifest
      return owner
        ? [
            {
              name,
              because,
              answeredBy: { kind: 'component', component: owner.name, symbol: owner.syscalls![name]! },
            },
          ]
        : []
    })
}
