import { absolute, missingFile, loadApp, type App } from '../app/index.ts'
import { loadRegistry, type Arch, type Registry } from '../component/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import { systemProblem, type Host } from '../host/index.ts'
import { layoutOf, type Layout, type Relative } from '../plan/index.ts'
import { parseSyscallTable, type SyscallTable } from '../toolchain/index.ts'
import { checkBudgetNames } from './check-budget-names.ts'
import { readCaches, writeCaches } from './caches.ts'

/** What every command about an image starts from: the app, the tree of components, the table of system calls. */
export interface Context {
  readonly app: App
  readonly arch: Arch
  readonly layout: Layout
  readonly registry: Registry
  readonly table: SyscallTable
  /** Absolute path of the .config in force, whether it is there or not. */
  readonly configFile: string
  /** Libraries and objects to link, absolute, of this flavour. */
  readonly libraries: readonly string[]
  readonly relative: Relative
  /** Files and folders that were read so far. */
  readonly inputs: readonly string[]
  readonly version: string
}

export interface ContextRequest {
  readonly app: string | undefined
  readonly arch?: Arch | undefined
  readonly config?: string | undefined
}

/** The version of this azbuild. */
export function azbuildVersion(host: Host): string {
  return (
    (JSON.parse(host.readText(`${host.packageFolder}/package.json`) ?? '{}') as { version?: string })
      .version ?? '0'
  )
}

/** Loads all of it. The only stage that reads manifests and configurations. */
export async function loadContext(host: Host, request: ContextRequest): Promise<Result<Context>> {
  const version = azbuildVersion(host)
  const caches = readCaches(host, nearestCache(host), version)
  const before = JSON.stringify(caches)

  const app = await loadApp(host, {
    named: request.app,
    api: `${host.packageFolder}/dist/index.js`,
    cache: caches.configs,
  })
  if (!app.ok) return app
  const { workspace } = app.value
  const roots = [`${host.packageFolder}/components`, `${workspace}/components`].filter(
    (root, index, all) => all.indexOf(root) === index && host.info(root)?.kind === 'folder',
  )
  const registry = await loadRegistry(host, roots, caches.manifests)
  if (!registry.ok) return registry
  if (JSON.stringify(caches) !== before) {
    try {
      writeCaches(host, `${workspace}/${cacheName}`, version, caches)
    } catch (error) {
      if (!systemProblem(error)) throw error // an unwritable cache only costs time: the build itself will say so
    }
  }

  const tableFile = `${host.packageFolder}/components/api/syscalls.tbl`
  const table = parseSyscallTable(tableFile, host.readText(tableFile) ?? '')
  if (!table.ok) return fail(...table.problems)
  const misnamed = checkBudgetNames(
    app.value.config.budget ?? {},
    registry.value,
    table.value,
    app.value.configFiles.at(-1) ?? app.value.folder,
  )
  if (misnamed.length > 0) return fail(...misnamed)
  const arch = request.arch ?? app.value.arch ?? 'x86_64'
  const libraries = app.value.libraries.map((path) => path.replaceAll('{arch}', arch))
  const absent = libraries.find((path) => host.info(path)?.kind !== 'file')
  if (absent) return fail(missingFile(absent, 'libraries', app.value.configFiles.at(-1)!))
  const configFile =
    request.config === undefined ? `${app.value.folder}/.config` : absolute(host.cwd, request.config)
  const { configFiles, searched, sources, folder } = app.value
  return ok({
    app: app.value,
    arch,
    layout: layoutOf(app.value.name, arch),
    registry: registry.value,
    table: table.value,
    configFile,
    libraries,
    relative: (path) => relativeTo(workspace, path),
    inputs: [
      tableFile,
      configFile,
      `${folder}/shog.config.ts`,
      ...configFiles,
      ...searched,
      ...sources,
      ...libraries,
      ...registry.value.inputs,
    ],
    version,
  })
}

const cacheName = 'out/.cache/azbuild.json'

/** The cache of the workspace the command runs in: which one that is, is known only after configurations are loaded. */
function nearestCache(host: Host): string {
  for (let folder = host.cwd; ; folder = folder.slice(0, folder.lastIndexOf('/'))) {
    const file = `${folder}/${cacheName}`
    if (folder === '' || host.info(file)) return file
  }
}

/** `path` as seen from `base`; both absolute. */
export function relativeTo(base: string, path: string): string {
  const from = base.split('/').filter((part) => part !== '')
  const to = path.split('/').filter((part) => part !== '')
  let same = 0
  while (same < from.length && same < to.length && from[same] === to[same]) same++
  return [...from.slice(same).map(() => '..'), ...to.slice(same)].join('/') || '.'
}
