import type { FileInfo, Host, ProcessOptions, ProcessResult } from './host.ts'

export interface MemoryHostOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Answers `run`; by default no program exists. */
  readonly run?: (
    program: string,
    args: readonly string[],
    options?: ProcessOptions,
  ) => Promise<ProcessResult>
}

/** A host whose disk is a map from absolute POSIX path to content: for tests. `files` may be read back. */
export function memoryHost(
  initial: Readonly<Record<string, string | Uint8Array>> = {},
  options: MemoryHostOptions = {},
): Host & { readonly files: Map<string, Uint8Array> } {
  const cwd = options.cwd ?? '/work'
  const files = new Map<string, Uint8Array>()
  const at = (path: string): string => normalize(path.startsWith('/') ? path : `${cwd}/${path}`)
  const bytesOf = (content: string | Uint8Array): Uint8Array =>
    typeof content === 'string' ? new TextEncoder().encode(content) : content
  for (const [path, content] of Object.entries(initial)) files.set(at(path), bytesOf(content))
  const below = (folder: string): string[] =>
    [...files.keys()].filter((path) => path.startsWith(`${folder}/`))

  return {
    files,
    cwd,
    packageFolder: '/azbuild',
    platform: 'linux',
    cpuArch: 'x64',
    cpuCount: 2,
    env: options.env ?? {},
    readText: (path) => {
      const bytes = files.get(at(path))
      return bytes && new TextDecoder().decode(bytes)
    },
    readBytes: (path) => files.get(at(path)),
    info: (path): FileInfo | undefined => {
      const bytes = files.get(at(path))
      if (bytes) return { kind: 'file', bytes: bytes.length, modifiedMs: 0, executable: false }
      return below(at(path)).length > 0
        ? { kind: 'folder', bytes: 0, modifiedMs: 0, executable: false }
        : undefined
    },
    list: (path) => {
      const folder = at(path)
      const names = new Set(below(folder).map((file) => file.slice(folder.length + 1).split('/')[0]!))
      return names.size > 0 ? [...names].sort() : undefined
    },
    write: (path, content) => {
      const bytes = bytesOf(content)
      const old = files.get(at(path))
      if (old && old.length === bytes.length && old.every((byte, i) => byte === bytes[i])) return 'unchanged'
      files.set(at(path), bytes)
      return 'written'
    },
    makeFolder: () => {},
    rename: (from, to) => {
      const [source, target] = [at(from), at(to)]
      for (const path of [source, ...below(source)]) {
        const bytes = files.get(path)
        if (!bytes) continue
        files.delete(path)
        files.set(target + path.slice(source.length), bytes)
      }
    },
    remove: (path) => {
      for (const file of [at(path), ...below(at(path))]) files.delete(file)
    },
    realPath: (path) => (files.has(at(path)) || below(at(path)).length > 0 ? at(path) : undefined),
    run: options.run ?? (async (program) => Promise.reject(new Error(`no program ${program} on this host`))),
    withLock: (_folder, work) => work(),
    findProgram: () => undefined,
  }
}

function normalize(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '' && part !== '.') parts.push(part)
  }
  return `/${parts.join('/')}`
}
