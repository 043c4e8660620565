import { fail, ok, type Diagnostic, type Result } from '../diag/index.ts'
import { digest, type Host } from '../host/index.ts'
import { duplicateComponent, duplicateSyscall, misnamedComponent } from './diagnostics.ts'
import { arches, type Arch, type ComponentManifest } from './manifest.ts'
import { readManifest } from './read-manifest.ts'

/** A component in the tree: what it says of itself, and where it lies. */
export interface Component {
  readonly manifest: ComponentManifest
  /** Absolute path of its folder. */
  readonly folder: string
  /** Its own Kconfig options, when it has any. */
  readonly kconfig?: string
}

/** Every component azbuild knows of, sorted by name. */
export interface Registry {
  readonly components: readonly Component[]
  /** Every file that was read and folder that was listed to make this, absolute. */
  readonly inputs: readonly string[]
}

/** Manifests already read, by the digest of their text; a plain object, so that it can be kept in a file. */
export type ManifestCache = Record<string, ComponentManifest>

/**
 * The components below `roots` (folders like components/), one per `<area>/<name>/component.ts` (or `<area>/component.ts`). Reads only manifests that
 * `cache` does not hold, and adds those to it.
 */
export async function loadRegistry(
  host: Host,
  roots: readonly string[],
  cache: ManifestCache = {},
): Promise<Result<Registry>> {
  const components: Component[] = []
  const problems: Diagnostic[] = []
  const inputs: string[] = []
  for (const { folder, name } of candidates(host, roots, inputs)) {
    const file = `${folder}/component.ts`
    const text = host.readText(file)
    if (text === undefined) continue
    const key = digest(text)
    const known = cache[key]
    const manifest = known ? ok(known) : await readManifest(text, file)
    if (!manifest.ok) {
      problems.push(...manifest.problems)
      continue
    }
    if (manifest.value.name !== name) {
      problems.push(misnamedComponent(file, manifest.value.name, name))
      continue
    }
    cache[key] = manifest.value
    const kconfig = `${folder}/Kconfig`
    const hasKconfig = host.info(kconfig) !== undefined
    const sources = ['src', ...arches.map((arch) => `src/${arch}`)].map((below) => `${folder}/${below}`)
    inputs.push(file, folder, ...sources, ...(hasKconfig ? [kconfig] : []))
    components.push({ manifest: manifest.value, folder, ...(hasKconfig ? { kconfig } : {}) })
  }
  components.sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1))
  problems.push(...conflicts(components))
  return problems.length > 0 ? fail(...problems) : ok({ components, inputs })
}

/** Folders that may hold a component: `<area>` and `<area>/<name>`; every folder listed goes to `inputs`. */
function* candidates(
  host: Host,
  roots: readonly string[],
  inputs: string[],
): Generator<{ readonly folder: string; readonly name: string }> {
  for (const root of roots) {
    inputs.push(root)
    for (const area of host.list(root) ?? []) {
      const folder = `${root}/${area}`
      const names = host.list(folder)
      if (!names) continue
      inputs.push(folder)
      yield { folder, name: area }
      for (const name of names) yield { folder: `${folder}/${name}`, name: `${area}/${name}` }
    }
  }
}

function conflicts(components: readonly Component[]): Diagnostic[] {
  const files = new Map<string, string[]>()
  const owners = new Map<string, string[]>()
  for (const { manifest, folder } of components) {
    push(files, manifest.name, `${folder}/component.ts`)
    for (const syscall of Object.keys(manifest.syscalls ?? {})) push(owners, syscall, manifest.name)
  }
  const several = (map: ReadonlyMap<string, string[]>) => [...map].filter(([, list]) => list.length > 1)
  return [
    ...several(files).map(([name, list]) => duplicateComponent(name, list)),
    ...several(owners).map(([syscall, list]) => duplicateSyscall(syscall, list)),
  ]
}

function push(map: Map<string, string[]>, key: string, value: string): void {
  const list = map.get(key)
  if (list) list.push(value)
  else map.set(key, [value])
}

/** One source file of a component, as it is compiled for one flavour. */
export interface ComponentSource {
  /** Absolute path. */
  readonly path: string
  /** Name below src/ without the architecture's folder: `x.c`. */
  readonly name: string
  /** Kconfig symbol that must be on, from `files` in the manifest. */
  readonly condition?: string
  /** May run in an interrupt: compiled for general registers only. */
  readonly irqSafe: boolean
}

/** The sources of a component for `arch`: `src/`, with the files of `src/<arch>/` in place of those of the same stem. */
export function sourcesOf(host: Host, component: Component, arch: Arch): readonly ComponentSource[] {
  const byStem = new Map<string, { path: string; name: string }>()
  for (const folder of [`${component.folder}/src`, `${component.folder}/src/${arch}`]) {
    for (const name of host.list(folder) ?? []) {
      const match = /^(.+)\.[cS]$/.exec(name)
      if (match) byStem.set(match[1]!, { path: `${folder}/${name}`, name })
    }
  }
  const { files = {}, irqSafe = [] } = component.manifest
  return [...byStem.values()]
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .map(({ path, name }) => {
      const condition = files[name]
      return { path, name, irqSafe: irqSafe.includes(name), ...(condition ? { condition } : {}) }
    })
}

/** The Kconfig symbol of a component: `drivers/virtio-net` is DRIVERS_VIRTIO_NET. */
export function symbolOf(name: string): string {
  return name.toUpperCase().replace(/[^A-Z0-9]/g, '_')
}
