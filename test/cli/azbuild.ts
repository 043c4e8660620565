import { spawn, spawnSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'
import { everythingInstalled } from '../support/tools.ts'

export const packageFolder = fileURLToPath(new URL('../../', import.meta.url))
const program = join(packageFolder, 'bin/azbuild.mjs')

export interface Outcome {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Surroundings {
  readonly cwd: string
  readonly env?: Readonly<Record<string, string>>
  /** Arguments of node itself. */
  readonly node?: readonly string[]
  /** Ends azbuild and all it has started, with SIGKILL, after so many milliseconds. */
  readonly killAfterMs?: number
}

/** Runs azbuild as a user does, from a folder, with nothing on stdin. */
export function azbuild(
  args: readonly string[],
  { cwd, env = {}, node = [], killAfterMs }: Surroundings,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...node, program, ...args], {
      cwd,
      env: { ...process.env, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: killAfterMs !== undefined,
    })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (part: string) => (stdout += part))
    child.stderr.setEncoding('utf8').on('data', (part: string) => (stderr += part))
    const timer =
      killAfterMs === undefined
        ? undefined
        : setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), killAfterMs)
    child.on('error', reject)
    child.on('close', (status) => {
      clearTimeout(timer)
      resolve({ status, stdout, stderr })
    })
  })
}

/** Takes what is to be done when something is over. */
type Finally = (clean: () => void) => unknown

/** A new folder with these files in it, gone when the test ends; a hook says what else it is to last for. */
export function folderWith(
  files: Readonly<Record<string, string | Uint8Array>>,
  whenOver: Finally = onTestFinished,
): string {
  const folder = mkdtempSync(join(tmpdir(), 'azbuild-cli-'))
  whenOver(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return folder
}

/** A program that prints a line. */
export const hello = '#include <stdio.h>\n\nint main(void)\n{\n    puts("hello");\n    return 0;\n}\n'

/** A folder for PATH with node in it and nothing else. */
export function onlyNode(): string {
  const folder = folderWith({})
  symlinkSync(process.execPath, join(folder, 'node'))
  return folder
}

/** A copy of the cache that builds of this machine use, to be damaged; empty when there is none. */
export function copyOfCache(whenOver?: Finally): string {
  const folder = folderWith({}, whenOver)
  const { AZBUILD_CACHE, XDG_CACHE_HOME } = process.env
  const shared =
    AZBUILD_CACHE ?? (XDG_CACHE_HOME ? join(XDG_CACHE_HOME, 'azbuild') : join(homedir(), '.cache/azbuild'))
  if (existsSync(shared)) cpSync(shared, folder, { recursive: true, preserveTimestamps: true })
  return folder
}

/** Every file below a folder with one of these endings, by path below it. */
export function filesBelow(folder: string, endings: readonly string[]): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .sort()
}

/** Mounts a file system for the length of a test; false where this process may not mount. .ci/run may, or its tests prove too little. */
export function mounted(...args: readonly string[]): boolean {
  const target = args.at(-1)!
  const done = spawnSync('mount', args, { encoding: 'utf8' })
  if (done.status === 0) onTestFinished(() => void spawnSync('umount', [target]))
  else if (everythingInstalled) throw new Error(`mount ${args.join(' ')}: ${done.stderr}`)
  return done.status === 0
}
