/** What a finished process left behind. `signal` is set instead of a status when one ended it. */
export interface ProcessResult {
  readonly status: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

export interface ProcessOptions {
  readonly cwd?: string
  /** Added to (not instead of) the host's own environment; `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly stdin?: string
  /** Called with each piece of stdout and stderr as it comes. */
  readonly onOutput?: (text: string) => void
  readonly signal?: AbortSignal
}

export interface FileInfo {
  readonly kind: 'file' | 'folder' | 'other'
  readonly bytes: number
  /** Milliseconds since the epoch, with fractions. */
  readonly modifiedMs: number
  readonly executable: boolean
}

/**
 * The outside world, as far as `compiler/` (but not `run` and `cli`) may touch it. Paths are absolute or
 * relative to `cwd`. A missing file is `undefined`, every other failure throws a Node system error with `code`.
 */
export interface Host {
  readonly cwd: string
  /** Folder of the azbuild package: components/, templates/ and package.json are in it. */
  readonly packageFolder: string
  readonly platform: string
  readonly cpuArch: string
  readonly cpuCount: number
  readonly env: Readonly<Record<string, string | undefined>>
  readText(path: string): string | undefined
  readBytes(path: string): Uint8Array | undefined
  info(path: string): FileInfo | undefined
  /** Names in a folder, sorted by code unit; `undefined` when there is no such folder. */
  list(path: string): readonly string[] | undefined
  /** Writes beside the target, then renames, making folders as needed; leaves an equal file untouched. */
  write(path: string, content: string | Uint8Array): 'written' | 'unchanged'
  makeFolder(path: string): void
  rename(from: string, to: string): void
  /** Removes a file or a whole folder; nothing there is fine. */
  remove(path: string): void
  realPath(path: string): string | undefined
  /** Runs a program by path or name; resolves when it has ended. Rejects only when it cannot be started. */
  run(program: string, args: readonly string[], options?: ProcessOptions): Promise<ProcessResult>
  /**
   * Runs `work` while no other process holds `folder` (made when absent). Calls `onWait` once when another one does. A holder that
   * died is found out within seconds.
   */
  withLock<T>(folder: string, work: () => Promise<T>, onWait?: () => void): Promise<T>
  /** The absolute path of a program on PATH. */
  findProgram(name: string): string | undefined
}
