import { spawn } from 'node:child_process'
import * as fs from 'node:fs'
import * as os from 'node:os'
import * as path from 'node:path'
import { fileURLToPath } from 'node:url'
import { lock } from 'proper-lockfile'
import type { FileInfo, Host, ProcessOptions, ProcessResult } from './host.ts'

/** The real machine. */
export function nodeHost(cwd: string = process.cwd()): Host {
  const at = (file: string): string => path.resolve(cwd, file)
  return {
    cwd,
    packageFolder: packageFolder(),
    platform: process.platform,
    cpuArch: process.arch,
    cpuCount: os.availableParallelism(),
    env: process.env,
    readText: (file) => absentAsUndefined(() => fs.readFileSync(at(file), 'utf8')),
    readBytes: (file) => absentAsUndefined(() => fs.readFileSync(at(file))),
    info: (file) => absentAsUndefined(() => fileInfo(fs.statSync(at(file)))),
    list: (folder) => absentAsUndefined(() => fs.readdirSync(at(folder)).sort()),
    write: (file, content) => writeAside(at(file), content),
    makeFolder: (folder) => makeFolder(at(folder)),
    rename: (from, to) => fs.renameSync(at(from), at(to)),
    remove: (file) => fs.rmSync(at(file), { recursive: true, force: true, maxRetries: 3 }),
    realPath: (file) => absentAsUndefined(() => fs.realpathSync(at(file))),
    run: (program, args, options) => runProcess(cwd, program, args, options),
    withLock: (folder, work, onWait) => withLock(at(folder), work, onWait),
    findProgram: (name) => findProgram(name),
  }
}

function absentAsUndefined<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
}

function fileInfo(stat: fs.Stats): FileInfo {
  const kind = stat.isFile() ? 'file' : stat.isDirectory() ? 'folder' : 'other'
  return { kind, bytes: stat.size, modifiedMs: stat.mtimeMs, executable: (stat.mode & 0o111) !== 0 }
}

/**
 * Makes a folder and those above it. Node's own recursive mkdir loops for ever below /proc, and says ENOENT where the reason is a
 * read-only file system.
 */
function makeFolder(folder: string): void {
  try {
    fs.mkdirSync(folder)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && absentAsUndefined(() => fs.statSync(folder))?.isDirectory()) return
    const parent = path.dirname(folder)
    if (code !== 'ENOENT' || fs.existsSync(parent)) throw error
    makeFolder(parent)
    makeFolder(folder)
  }
}

let writeCount = 0

function writeAside(file: string, content: string | Uint8Array): 'written' | 'unchanged' {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const old = absentAsUndefined(() => fs.readFileSync(file))
  if (old !== undefined && old.equals(bytes)) return 'unchanged'
  makeFolder(path.dirname(file))
  const aside = `${file}.${process.pid}.${writeCount++}.tmp`
  try {
    fs.writeFileSync(aside, bytes)
    fs.renameSync(aside, file)
  } catch (error) {
    fs.rmSync(aside, { force: true })
    throw error
  }
  return 'written'
}

function runProcess(
  cwd: string,
  program: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  return new Promise((resolve, reject) => {
    const env: NodeJS.ProcessEnv = { ...process.env, ...options.env }
    const child = spawn(program, args, {
      cwd: options.cwd ?? cwd,
      env,
      stdio: [options.stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
      ...(options.signal ? { signal: options.signal } : {}),
    })
    let stdout = ''
    let stderr = ''
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
      options.onOutput?.(text)
    })
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
      options.onOutput?.(text)
    })
    child.on('error', reject)
    child.on('close', (status, signal) => resolve({ status, signal, stdout, stderr }))
    if (options.stdin !== undefined) {
      child.stdin!.on('error', () => {}) // a program may end before it has read everything
      child.stdin!.end(options.stdin)
    }
  })
}

function findProgram(name: string): string | undefined {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : ['']
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const suffix of suffixes) {
      const file = path.join(folder, name + suffix)
      try {
        fs.accessSync(file, fs.constants.X_OK)
        if (fs.statSync(file).isFile()) return file
      } catch {
        // not here: try the next folder
      }
    }
  }
  return undefined
}

/** The folder of the package this file belongs to, whether it runs from compiler/ or from dist/. */
function packageFolder(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url))
  while (!fs.existsSync(path.join(folder, 'package.json'))) folder = path.dirname(folder)
  return folder
}

/** Beside a lock: which process took it, so that a lock whose holder was killed is not waited for. */
const holderFile = '.lock-holder'

async function withLock<T>(folder: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  makeFolder(folder)
  const holder = path.join(folder, holderFile)
  // The lock saves work: files are written whole and renamed, so two holders after a clock jump do each other no harm.
  const take = (retries: number, stale: number) =>
    lock(folder, {
      stale,
      update: 2_000,
      retries: { retries, factor: 1, minTimeout: 200, maxTimeout: 200 },
      onCompromised: () => {},
    })
  let release: () => Promise<void>
  try {
    release = await take(0, staleMs)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
    const died = hasDied(absentAsUndefined(() => fs.readFileSync(holder, 'utf8')))
    if (!died) onWait?.()
    release = await take(5 * 60 * 10, died ? staleMsOfTheDead : staleMs)
  }
  try {
    writeAside(holder, `${os.hostname()} ${process.pid}\n`)
    return await work()
  } finally {
    fs.rmSync(holder, { force: true })
    await release().catch(() => {}) // the folder was removed meanwhile: there is nothing to give back
  }
}

const staleMs = 10_000
/** The least that proper-lockfile takes: a lock this old and without a living holder is nobody's. */
const staleMsOfTheDead = 2_000

function hasDied(holder: string | undefined): boolean {
  const [, host, pid] = /^(\S+) (\d+)\n$/.exec(holder ?? '') ?? []
  if (host !== os.hostname()) return false
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
