import type { App } from '../app/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import { digest, type Host } from '../host/index.ts'
import { cacheFolders, findToolchain, isWritable, optimisation } from '../toolchain/index.ts'
import { doesNotCompile, noCacheFolder } from './diagnostics.ts'

/** C files and how they are compiled: an app's, or one of ours. */
export interface ProgramSources {
  readonly name: string
  readonly sources: readonly string[]
  readonly flags: readonly string[]
}

/** The folder that all of this is kept in between runs. */
export function besideFolder(host: Host): Result<string> {
  const cache = cacheFolders(host).find((folder) => isWritable(host, `${folder}/beside`))
  return cache === undefined ? fail(noCacheFolder()) : ok(`${cache}/beside`)
}

/** An app's sources as `compileForLinux` takes them, with the flags that its configuration gives. */
export function programOf(app: App): ProgramSources {
  return {
    name: app.name,
    sources: app.sources,
    flags: [
      ...app.includes.map((folder) => `-I${folder}`),
      ...Object.entries(app.config.defines ?? {}).map(
        ([name, value]) => `-D${name}=${value === true ? 1 : value}`,
      ),
      ...(app.config.cflags ?? []),
    ],
  }
}

/**
 * A static Linux program of these sources, built with the compiler, the libc and the optimisation that images are built with. It runs in
 * the guest and on the host. Kept by content: a second call with nothing changed compiles nothing.
 */
export async function compileForLinux(
  host: Host,
  program: ProgramSources,
  onStep: (text: string) => void = () => {},
): Promise<Result<string>> {
  const folder = besideFolder(host)
  if (!folder.ok) return folder
  const toolchain = await findToolchain(host, { toolchain: 'zig' })
  if (!toolchain.ok) return toolchain
  const flags = ['-target', 'x86_64-linux-musl', '-static', '-s', ...optimisation, ...program.flags]
  const contents = program.sources.map((source) => host.readBytes(source) ?? new Uint8Array(0))
  const headers = headersBeside(host, program)
  const key = digest(toolchain.value.fingerprint, ...flags, ...contents, ...headers).slice(0, 16)
  const output = `${folder.value}/${key}/${program.name}`
  if (host.info(output)?.kind === 'file') return ok(output)
  onStep(`compiling ${program.name} for Linux`)
  host.makeFolder(`${folder.value}/${key}`)
  const zigCache = `${folder.value}/zig`
  const aside = `${output}.${digest(String(Math.random())).slice(0, 8)}.tmp`
  const result = await host.run(
    toolchain.value.cc.program,
    ['cc', ...flags, '-o', aside, ...program.sources],
    { env: { ZIG_GLOBAL_CACHE_DIR: zigCache, ZIG_LOCAL_CACHE_DIR: zigCache } },
  )
  if (result.status !== 0) {
    host.remove(aside)
    return fail(doesNotCompile(program.name, result.stderr))
  }
  host.rename(aside, output)
  return ok(output)
}

/** The headers in the folders of the sources and of `-I`: a change in one of them changes the program. */
function headersBeside(host: Host, { sources, flags }: ProgramSources): readonly Uint8Array[] {
  const folders = new Set([
    ...sources.map((source) => source.slice(0, source.lastIndexOf('/'))),
    ...flags.flatMap((flag) => (flag.startsWith('-I') ? [flag.slice(2)] : [])),
  ])
  return [...folders].flatMap((folder) =>
    (host.list(folder) ?? [])
      .filter((name) => name.endsWith('.h'))
      .map((name) => host.readBytes(`${folder}/${name}`) ?? new Uint8Array(0)),
  )
}
