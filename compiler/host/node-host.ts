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
    makeFolder: (folder) => void fs.mkdirSync(at(folder), { recursive: true }),
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

let writeCount = 0

function writeAside(file: string, content: string | Uint8Array): 'written' | 'unchanged' {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content
  const old = absentAsUndefined(() => fs.readFileSync(file))
  if (old !== undefined && old.equals(bytes)) return 'unchanged'
  fs.mkdirSync(path.dirname(file), { recursive: true })
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

async function withLock<T>(folder: string, work: () => Promise<T>, onWait?: () => void): Promise<T> {
  fs.mkdirSync(folder, { recursive: true })
  const take = (retries: number) =>
    lock(folder, { stale: 10_000, update: 2_000, retries: { retries, factor: 1, minTimeout: 200, maxTimeout: 200 } })
  let release: () => Promise<void>
  try {
    release = await take(0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ELOCKED') throw error
    onWait?.()
    release = await take(5 * 60 * 10)
  }
  try {
    return await work()
  } finally {
    await release()
  }
}
