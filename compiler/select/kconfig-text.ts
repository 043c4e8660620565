import { interfaces } from '../../components/api/interfaces.ts'
import { arches, symbolOf, type Arch, type Component, type Registry } from '../component/index.ts'
import { reachable } from '../graph/index.ts'
import { demandSymbol, haveSymbol } from './wanted.ts'

export interface KconfigTextInput {
  readonly registry: Registry
  readonly arch: Arch
  /** Names of the components the app demands. */
  readonly demanded: ReadonlySet<string>
  /** The text of components/Kconfig: menus that source `generated/<area>`. */
  readonly menus: string
  /** First paragraph of each component's README, by component name: its help text. */
  readonly help: ReadonlyMap<string, string>
}

/** The Kconfig files of an image by name, rendered from the manifests; the root is `Kconfig`. */
export function renderKconfig(input: KconfigTextInput): ReadonlyMap<string, string> {
  const { registry, arch, demanded, menus } = input
  const files = new Map<string, string>()
  const areas = [...menus.matchAll(/^source "generated\/([^"]+)"/gm)].map((match) => match[1]!)
  for (const area of areas) files.set(`generated/${area}`, '')
  const cyclic = cyclicNeeds(registry)
  for (const component of registry.components) {
    const area = component.manifest.name.split('/')[0]!
    const file = `generated/${areas.includes(area) ? area : 'other'}`
    files.set(file, (files.get(file) ?? '') + renderEntry(component, input, cyclic))
  }

  const promptless = [
    ...arches.map((name) => booleanEntry(name.toUpperCase(), name === arch ? ['y'] : ['n'])),
    ...registry.components.map(({ manifest }) =>
      booleanEntry(demandSymbol(manifest.name), [demanded.has(manifest.name) ? 'y' : 'n']),
    ),
    ...Object.keys(interfaces).map((name) =>
      booleanEntry(
        haveSymbol(name),
        registry.components
          .filter(({ manifest }) => manifest.provides?.includes(name))
          .map(({ manifest }) => `y if ${symbolOf(manifest.name)}`),
      ),
    ),
  ]
  files.set('Kconfig', [menus, ...promptless].join('\n'))
  return files
}

function booleanEntry(symbol: string, defaults: readonly string[]): string {
  return [`config ${symbol}`, '\tbool', ...defaults.map((value) => `\tdefault ${value}`), ''].join('\n')
}

function renderEntry(component: Component, input: KconfigTextInput, cyclic: ReadonlySet<string>): string {
  const { manifest, kconfig } = component
  const symbol = symbolOf(manifest.name)
  const depends = [
    ...(manifest.arch ? [manifest.arch.map((name) => name.toUpperCase()).join(' || ')] : []),
    ...(manifest.needs ?? []).filter((need) => !cyclic.has(`${manifest.name} ${need}`)).map(haveSymbol),
  ]
  const help = input.help.get(manifest.name)
  const lines = [
    `config ${symbol}`,
    `\tbool "${manifest.title.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
    `\tdefault y if ${demandSymbol(manifest.name)}`,
    ...depends.map((condition) => `\tdepends on ${condition}`),
    ...(help ? ['\thelp', ...help.split('\n').map((line) => (line === '' ? '' : `\t  ${line}`))] : []),
    '',
    ...(kconfig ? [`if ${symbol}`, `source "${kconfig}"`, 'endif', ''] : []),
  ]
  return lines.join('\n')
}

/**
 * The needs, as "<component> <interface>", through which a component reaches itself. Kconfig has no cycles, so these are
 * no `depends on`; that they are met is checked when the components are selected.
 */
function cyclicNeeds(registry: Registry): ReadonlySet<string> {
  const providers = (name: string): Component[] =>
    registry.components.filter(({ manifest }) => manifest.provides?.includes(name))
  const next = (component: Component): Component[] => (component.manifest.needs ?? []).flatMap(providers)
  const cyclic = new Set<string>()
  for (const component of registry.components) {
    for (const need of component.manifest.needs ?? []) {
      if (reachable(providers(need), next).has(component)) cyclic.add(`${component.manifest.name} ${need}`)
    }
  }
  return cyclic
}
