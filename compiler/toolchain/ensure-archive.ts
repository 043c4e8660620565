import lockfile from 'proper-lockfile'
import { fail, ok, type Diagnostic, type Result } from '../diag/index.ts'
import { digest, type Host } from '../host/index.ts'
import { planArchive, type ArchiveInputs, type ArchivePlan } from './archive-plan.ts'
import { cacheFolders, isWritable } from './cache-folder.ts'
import { cacheLocked, cacheUnwritable, corruptCache, libcBuildFailed } from './diagnostics.ts'

export interface ArchiveOptions extends ArchiveInputs {
  /** Path of ninja. */
  readonly ninja: string
  /** Called as the build goes on, with how many of its edges are done; never when the cache has the archive. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
  /** How long another process may hold the archive before this one gives up: five minutes when absent. */
  readonly lockWaitMs?: number
}

/** A finished libc. */
export interface Archive {
  /** Absolute path of `libc.a`. */
  readonly path: string
  /** The build.ninja it was made with, from which ninja alone makes it again. */
  readonly buildFile: string
  /** False when the cache had it. */
  readonly built: boolean
}

/** What stands beside an archive, written last: an entry without it does not exist. */
interface EntryManifest {
  readonly bytes: number
  readonly sha256: string
}

/**
 * The archive of the inputs, from the cache or built into it. The cache is shared by every project and process of the
 * user: an entry is checked whenever it is read, built aside, renamed into place whole, and never changed.
 */
export async function ensureArchive(host: Host, options: ArchiveOptions): Promise<Result<Archive>> {
  const plan = planArchive(options)
  const folders = cacheFolders(host)
  const warnings: Diagnostic[] = []
  for (const folder of folders) {
    const entry = entryFolder(folder, plan)
    const state = checkEntry(host, entry)
    if (state === 'good') return ok(archiveIn(entry, false), warnings)
    if (state !== 'absent') warnings.push(corruptCache(entry, state.damage))
  }
  const folder = folders.find((candidate) => isWritable(host, `${candidate}/libc`))
  if (folder === undefined) return fail(cacheUnwritable(folders))
  const built = await buildLocked(host, entryFolder(folder, plan), plan, options)
  return built.ok ? ok(built.value, [...warnings, ...built.warnings]) : built
}

function entryFolder(cache: string, plan: ArchivePlan): string {
  return `${cache}/libc/${plan.key}`
}

function archiveIn(entry: string, built: boolean): Archive {
  return { path: `${entry}/libc.a`, buildFile: `${entry}/build.ninja`, built }
}

function checkEntry(host: Host, entry: string): 'good' | 'absent' | { readonly damage: string } {
  if (!host.info(entry)) return 'absent'
  try {
    const manifest = JSON.parse(host.readText(`${entry}/manifest.json`) ?? 'null') as EntryManifest | null
    if (typeof manifest?.sha256 !== 'string') return { damage: 'its manifest is missing' }
    const bytes = host.readBytes(`${entry}/libc.a`)
    if (!bytes) return { damage: 'libc.a is missing' }
    if (bytes.length !== manifest.bytes || digest(bytes) !== manifest.sha256)
      return { damage: 'libc.a is not what was written' }
    return 'good'
  } catch (error) {
    return { damage: error instanceof Error ? error.message : String(error) }
  }
}

const lockPollMs = 500

async function buildLocked(
  host: Host,
  entry: string,
  plan: ArchivePlan,
  options: ArchiveOptions,
): Promise<Result<Archive>> {
  let release: () => Promise<void>
  try {
    // The lock only saves work: builders that hold it both, after a clock jump, still do each other no harm.
    release = await lockfile.lock(entry, {
      realpath: false,
      stale: 15_000,
      retries: {
        retries: (options.lockWaitMs ?? 300_000) / lockPollMs,
        factor: 1,
        minTimeout: lockPollMs,
        maxTimeout: lockPollMs,
      },
      onCompromised: () => {},
    })
  } catch (error) {
    if ((error as { code?: string }).code === 'ELOCKED') return fail(cacheLocked(entry))
    throw error
  }
  try {
    if (checkEntry(host, entry) === 'good') return ok(archiveIn(entry, false)) // by another process, meanwhile
    removeLeftovers(host, entry)
    return await build(host, entry, plan, options)
  } finally {
    await release().catch(() => {}) // compromised: there is nothing left to give back
  }
}

/** Half-built folders of builders that were killed. */
function removeLeftovers(host: Host, entry: string): void {
  const slash = entry.lastIndexOf('/')
  const [folder, key] = [entry.slice(0, slash), entry.slice(slash + 1)]
  for (const name of host.list(folder) ?? [])
    if (name.startsWith(`${key}.aside-`)) host.remove(`${folder}/${name}`)
}

async function build(
  host: Host,
  entry: string,
  plan: ArchivePlan,
  options: ArchiveOptions,
): Promise<Result<Archive>> {
  const aside = `${entry}.aside-${crypto.randomUUID()}`
  try {
    for (const [path, text] of Object.entries(plan.files)) host.write(`${aside}/${path}`, text)
    const problem = await runNinja(host, aside, options)
    if (problem) return fail(problem)
    const bytes = host.readBytes(`${aside}/libc.a`) ?? new Uint8Array()
    for (const name of ['obj', '.ninja_log', '.ninja_deps', 'libc.a.rsp']) host.remove(`${aside}/${name}`)
    const manifest: EntryManifest = { bytes: bytes.length, sha256: digest(bytes) }
    host.write(`${aside}/manifest.json`, `${JSON.stringify(manifest)}\n`)
    host.remove(entry)
    host.rename(aside, entry)
    return ok(archiveIn(entry, true))
  } catch (error) {
    const { code, message } = error as { code?: string; message: string }
    if (code === undefined) throw error
    return fail(libcBuildFailed(message)) // the disk is full, or became read-only
  } finally {
    host.remove(aside)
  }
}

async function runNinja(
  host: Host,
  folder: string,
  options: ArchiveOptions,
): Promise<Diagnostic | undefined> {
  const args = ['-C', folder, '-j', String(host.cpuCount)]
  let pending = ''
  const result = await host.run(options.ninja, args, {
    env: { ...options.toolchain.env, NINJA_STATUS: '[%f/%t] ' },
    ...(options.signal ? { signal: options.signal } : {}),
    onOutput: (text) => {
      const lines = (pending + text).split('\n')
      pending = lines.pop()!
      const last = lines.map((line) => /^\[(\d+)\/(\d+)\]/.exec(line)).findLast((match) => match !== null)
      if (last) options.onProgress?.(Number(last[1]), Number(last[2]))
    },
  })
  if (result.status === 0) return undefined
  const output = `${result.stdout}${result.stderr}`.replace(
    /^(?:\[\d+\/\d+\] (?:CC|AR) .*|ninja: Entering .*)\n/gm,
    '',
  )
  return libcBuildFailed(output)
}
