import type { App } from '../app/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import { digest, type Host } from '../host/index.ts'
import { appFlags, cacheFolders, findMusl, findToolchain, isWritable } from '../toolchain/index.ts'
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
 * A static Linux program of these sources. They are compiled as those of an image are, flag by flag, but for where it lies in memory; the
 * libc is the same musl, as its own build makes it (for size, but for strings and malloc), with its system calls. It runs in the guest
 * and on the host. Kept by content: a second call with nothing changed compiles nothing.
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
  const libc = findMusl(host, { overrides: `${host.packageFolder}/components/libc/musl` })
  if (!libc.ok) return libc
  const flags = [
    ...appFlags(toolchain.value, libc.value, 'x86_64', { generated: `${folder.value}/none` }),
    '-mcmodel=small',
    ...program.flags,
  ]
  const contents = program.sources.map((source) => host.readBytes(source) ?? new Uint8Array(0))
  const headers = headersBeside(host, program)
  const key = digest(toolchain.value.fingerprint, ...flags, ...contents, ...headers).slice(0, 16)
  const output = `${folder.value}/${key}/${program.name}`
  if (host.info(output)?.kind === 'file') return ok(output)
  onStep(`compiling ${program.name} for Linux`)
  const scratch = `${folder.value}/${key}/${crypto.randomUUID()}`
  host.makeFolder(scratch)
  try {
    const objects = program.sources.map((_, index) => `${scratch}/${index}.o`)
    const zigCache = `${folder.value}/zig`
    const env = { ZIG_GLOBAL_CACHE_DIR: zigCache, ZIG_LOCAL_CACHE_DIR: zigCache }
    const { program: zig, args } = toolchain.value.cc
    const commands = [
      ...program.sources.map((source, index) => [...args, ...flags, '-c', source, '-o', objects[index]!]),
      ['cc', '-target', 'x86_64-linux-musl', '-static', '-s', ...objects, '-o', `${scratch}/linked`],
    ]
    for (const command of commands) {
      const result = await host.run(zig, command, { env })
      if (result.status !== 0) return fail(doesNotCompile(program.name, result.stderr))
    }
    host.rename(`${scratch}/linked`, output)
  } finally {
    host.remove(scratch)
  }
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
