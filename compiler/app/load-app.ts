import picomatch from 'picomatch'
import { fail, ok, type Diagnostic, type Result } from '../diag/index.ts'
import type { Arch } from '../component/index.ts'
import type { Host } from '../host/index.ts'
import type { AppConfig, WorkspaceConfig } from './config.ts'
import {
  invalidConfig,
  missingFile,
  noApp,
  noMatch,
  noSources,
  noSuchFolder,
  unsupportedLanguage,
} from './diagnostics.ts'
import { configName, loadConfig, type ConfigCache } from './load-config.ts'

/** An app, ready to be compiled: plain data, every path absolute. */
export interface App {
  readonly name: string
  readonly folder: string
  /** Folder below which out/ lies: the workspace, or where the command ran. */
  readonly workspace: string
  readonly config: AppConfig
  /** The configuration files read. */
  readonly configFiles: readonly string[]
  readonly sources: readonly string[]
  readonly includes: readonly string[]
  readonly libraries: readonly string[]
  /** The flavour the workspace asks for; the command line comes before it. */
  readonly arch?: Arch
  readonly toolchain: 'zig' | 'clang'
  /** Every folder that was searched for sources: a new file in one of them changes the app. */
  readonly searched: readonly string[]
}

export interface AppRequest {
  /** An app's folder, an image of the workspace by name, or nothing for the default image. */
  readonly named?: string | undefined
  /** The file that `azbuild` stands for in a configuration. */
  readonly api: string
  readonly cache: ConfigCache
}

/** The app a command means: its configuration merged over the workspace's defaults, its sources found. */
export async function loadApp(host: Host, request: AppRequest): Promise<Result<App>> {
  const at = (path: string): string => absolute(host.cwd, path)
  const start =
    request.named !== undefined && host.info(request.named)?.kind === 'folder' ? at(request.named) : host.cwd
  const workspace = await findWorkspace(host, start, request)
  if (!workspace.ok) return workspace

  const located = locate(host, request.named, workspace.value)
  if (!located.ok) return located
  const { folder, imageName, arch } = located.value
  const loaded = await loadConfig(host, folder, request.api, request.cache)
  if (!loaded.ok) return loaded
  if (loaded.value?.kind === 'workspace' && loaded.value.file !== workspace.value?.file) {
    return fail(invalidConfig({ file: loaded.value.file }, 'A workspace inside a workspace is no app'))
  }
  const own = loaded.value?.kind === 'app' ? loaded.value : undefined
  const config = { ...workspace.value?.config.defaults, ...own?.config }

  const found = findSources(host, folder, config, own?.file ?? `${folder}/${configName}`)
  if (!found.ok) return found
  const absent = embeddedFiles({ folder, config }).find(({ file }) => host.info(file)?.kind !== 'file')
  if (absent) return fail(missingFile(absent.file, 'embed', own?.file ?? workspace.value!.file))
  const libraries = (config.libraries ?? []).map((path) => absolute(folder, path))
  return ok({
    name: config.name ?? imageName ?? (folder.split('/').at(-1) || 'app'),
    folder,
    workspace: workspace.value?.folder ?? host.cwd,
    config,
    configFiles: [workspace.value?.file, own?.file].filter((file) => file !== undefined),
    sources: found.value.sources,
    includes: [folder, `${folder}/include`, ...(config.include ?? []).map((path) => absolute(folder, path))],
    libraries,
    ...(arch ? { arch } : {}),
    toolchain: workspace.value?.config.toolchain ?? 'zig',
    searched: found.value.searched,
  })
}

interface Workspace {
  readonly file: string
  readonly folder: string
  readonly config: WorkspaceConfig
}

/** The nearest shog.config.ts with `images`, from `start` upwards. */
async function findWorkspace(
  host: Host,
  start: string,
  request: AppRequest,
): Promise<Result<Workspace | undefined>> {
  for (let folder = start; ; folder = parentOf(folder)) {
    const loaded = await loadConfig(host, folder, request.api, request.cache)
    if (!loaded.ok) return loaded
    if (loaded.value?.kind === 'workspace') {
      return ok({ file: loaded.value.file, folder, config: loaded.value.config })
    }
    if (parentOf(folder) === folder) return ok(undefined)
  }
}

interface Located {
  readonly folder: string
  readonly imageName?: string
  readonly arch?: Arch
}

function locate(host: Host, named: string | undefined, workspace: Workspace | undefined): Result<Located> {
  const images = workspace?.config.images ?? {}
  const image = (name: string): Result<Located> => {
    const { app, arch } = images[name]!
    const folder = absolute(workspace!.folder, app)
    if (host.info(folder)?.kind !== 'folder') {
      return fail(missingFile(folder, `images.${name}.app`, workspace!.file))
    }
    return ok({ folder, imageName: name, ...(arch ? { arch } : {}) })
  }
  if (named !== undefined) {
    if (host.info(named)?.kind === 'folder') {
      const folder = absolute(host.cwd, named)
      const known = Object.keys(images).find(
        (name) => absolute(workspace!.folder, images[name]!.app) === folder,
      )
      return known ? image(known) : ok({ folder })
    }
    return Object.hasOwn(images, named) ? image(named) : fail(noSuchFolder(named))
  }
  if ((host.list(host.cwd) ?? []).some((name) => name.endsWith('.c'))) return ok({ folder: host.cwd })
  const names = Object.keys(images)
  const byDefault = workspace?.config.default ?? (names.length === 1 ? names[0] : undefined)
  return byDefault === undefined ? fail(noApp(workspace?.file)) : image(byDefault)
}

function findSources(
  host: Host,
  folder: string,
  config: AppConfig,
  configFile: string,
): Result<{ sources: readonly string[]; searched: readonly string[] }> {
  const searched: string[] = []
  const all: string[] = []
  const walk = (below: string): void => {
    const path = below === '' ? folder : `${folder}/${below}`
    searched.push(path)
    for (const name of host.list(path) ?? []) {
      const relative = below === '' ? name : `${below}/${name}`
      const kind = host.info(`${folder}/${relative}`)?.kind
      if (kind === 'file') all.push(relative)
      else if (
        kind === 'folder' &&
        !name.startsWith('.') &&
        !['node_modules', 'out', 'dist'].includes(name)
      ) {
        walk(relative)
      }
    }
  }
  walk('')

  const excluded = picomatch([...(config.exclude ?? [])])
  const problems: Diagnostic[] = []
  const chosen = new Set<string>()
  const take = (relative: string): void => {
    if (!excluded(relative)) chosen.add(relative)
  }
  if (config.sources) {
    for (const glob of config.sources) {
      const matching = picomatch(glob.replace(/^\.\//, ''))
      const matches = all.filter((file) => matching(file))
      const outside = matches.length === 0 && host.info(absolute(folder, glob))?.kind === 'file'
      if (outside) chosen.add(glob)
      else if (matches.length === 0) problems.push(noMatch(glob, configFile))
      matches.forEach(take)
    }
  } else {
    all.filter((file) => /\.(c|cc|cpp|cxx|C)$/.test(file)).forEach(take)
  }
  const sources = [...chosen].sort().map((file) => absolute(folder, file))
  const foreign = sources.find((file) => !file.endsWith('.c'))
  if (foreign) problems.push(unsupportedLanguage(foreign))
  if (sources.length === 0 && problems.length === 0) problems.push(noSources(folder))
  return problems.length > 0 ? fail(...problems) : ok({ sources, searched })
}

/** The files an app embeds: where in the image, and the absolute path here. */
export function embeddedFiles({
  folder,
  config,
}: Pick<App, 'folder' | 'config'>): readonly { path: string; file: string }[] {
  return Object.entries(config.embed ?? {}).map(([path, file]) => ({ path, file: absolute(folder, file) }))
}

/** `path` made absolute from `base`, with `.` and `..` resolved. */
export function absolute(base: string, path: string): string {
  const parts: string[] = []
  for (const part of (path.startsWith('/') ? path : `${base}/${path}`).split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}

function parentOf(folder: string): string {
  return folder.slice(0, folder.lastIndexOf('/')) || '/'
}
