/**
 * The oracles: C conf of Debian's linux-kbuild-6.1 and the trees of linux-source-6.1, and the same of 6.12. The source is
 * unpacked once into a cache outside the repository.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { conf, type ConfIo } from '../../conf/main.ts'
import { nodeIo } from '../../conf/node-io.ts'

export type Version = '6.1' | '6.12'

const tarball = (version: Version): string => `/usr/src/linux-source-${version}.tar.xz`

/** C conf of that version. Packages of backported kernels carry the whole version in their names. */
export function cConf(version: Version = '6.1'): string {
  const LIB = '/usr/lib'
  const names = existsSync(LIB) ? readdirSync(LIB) : []
  const name = names
    .filter((each) => new RegExp(`^linux-kbuild-${version}(\\.|\\+|$)`).test(each))
    .sort()
    .at(-1)
  return `${LIB}/${name ?? `linux-kbuild-${version}`}/scripts/kconfig/conf`
}
export const C_CONF = cConf()
const PARTS = ['*/Kconfig*', '*/scripts', '*/arch/*/configs', '*/kernel/configs', '*/include/linux/*.h']

/** Why the oracles cannot run here; undefined when they can. */
export function missingOracle(version: Version = '6.1'): string | undefined {
  const missing = [tarball(version), cConf(version)].filter((path) => !existsSync(path))
  return missing.length === 0
    ? undefined
    : `apt-get install linux-source-${version} linux-kbuild-${version} (no ${missing.join(', ')})`
}

/** The unpacked tree. */
export function linuxTree(version: Version = '6.1'): string {
  const cache = join(process.env['XDG_CACHE_HOME'] ?? tmpdir(), 'azbuild-kconfig')
  const tree = join(cache, `linux-source-${version}`)
  if (existsSync(tree)) return tree
  mkdirSync(cache, { recursive: true })
  const unpacked = mkdtempSync(join(cache, 'unpack-'))
  const { status, stderr } = spawnSync(
    'tar',
    ['xf', tarball(version), '-C', unpacked, '--wildcards', ...PARTS],
    {
      encoding: 'utf8',
    },
  )
  if (status !== 0) throw new Error(`tar: ${stderr}`)
  try {
    renameSync(join(unpacked, `linux-source-${version}`), tree)
  } catch (error) {
    // Another run was faster.
    if (!existsSync(tree)) throw error
  }
  rmSync(unpacked, { recursive: true, force: true })
  return tree
}

export type Arch = 'x86' | 'arm64'

/** What the kernel's Makefile exports before it calls conf. */
export function kernelEnvironment(
  tree: string,
  arch: Arch,
  version: Version = '6.1',
): Record<string, string> {
  const compiler = spawnSync('gcc', ['--version'], { encoding: 'utf8' }).stdout ?? ''
  return {
    ...{ PATH: process.env['PATH'] ?? '', LC_ALL: 'C', srctree: tree, ARCH: arch, SRCARCH: arch },
    ...{
      KERNELVERSION: `${version}.0`,
      CC_VERSION_TEXT: compiler.split('\n')[0] ?? '',
      CLANG_FLAGS: '',
      KBUILD_EXTMOD: '',
    },
    ...{
      CC: 'gcc',
      LD: 'ld',
      HOSTCC: 'gcc',
      HOSTCXX: 'g++',
      NM: 'nm',
      OBJCOPY: 'objcopy',
      AR: 'ar',
      STRIP: 'strip',
    },
    ...{ RUSTC: 'rustc', BINDGEN: 'bindgen', PAHOLE: 'pahole', PYTHON3: 'python3', AWK: 'awk', MAKE: 'make' },
  }
}

/** What a run of conf left behind. */
export interface Outcome {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly config: string
  readonly autoConf: string
  readonly header: string
}

interface RunOptions {
  readonly tree: string
  readonly env: Record<string, string>
  readonly args: readonly string[]
  /** The .config to start with. */
  readonly config?: string
  /** Also compare auto.conf and what goes with it: thousands of files a run. */
  readonly autoConf?: boolean
  /** Whose C conf is run. Default '6.1'. */
  readonly version?: Version
}

function outcome(directory: string, code: number | null, stdout: string, stderr: string): Outcome {
  const read = (name: string): string =>
    existsSync(join(directory, name)) ? readFileSync(join(directory, name), 'latin1') : ''
  // The two sides write to directories of their own.
  const plain = (text: string): string => text.replaceAll(directory, '')
  return {
    code,
    stdout: plain(stdout),
    stderr: plain(stderr),
    config: read('.config'),
    autoConf: read('auto.conf'),
    header: read('autoconf.h'),
  }
}

function fileEnvironment(directory: string): Record<string, string> {
  return {
    KCONFIG_CONFIG: join(directory, '.config'),
    KCONFIG_AUTOCONFIG: join(directory, 'auto.conf'),
    KCONFIG_AUTOHEADER: join(directory, 'autoconf.h'),
    KCONFIG_RUSTCCFG: join(directory, 'rustc_cfg'),
  }
}

/** conf leaves an auto.conf alone that is there. */
function prepare(directory: string, { config, autoConf }: RunOptions): void {
  const { writeFile } = nodeIo('conf')
  if (config !== undefined) writeFile(join(directory, '.config'), config)
  if (!autoConf) writeFile(join(directory, 'auto.conf'), '')
}

function inTemporary<T>(use: (directory: string) => T): T {
  const directory = mkdtempSync(join(tmpdir(), 'kconfig-oracle-'))
  const remove = (): void => rmSync(directory, { recursive: true, force: true })
  const result = use(directory)
  if (result instanceof Promise) return result.finally(remove) as T
  remove()
  return result
}

/** Runs C conf. */
export function runC(options: RunOptions): Outcome {
  const { tree, env, args } = options
  return inTemporary((directory) => {
    prepare(directory, options)
    const { status, stdout, stderr } = spawnSync(cConf(options.version), args, {
      cwd: tree,
      env: { ...env, ...fileEnvironment(directory) },
      encoding: 'latin1',
      maxBuffer: 1 << 26,
    })
    return outcome(directory, status, stdout, stderr)
  })
}

const shellResults = new Map<string, string>()

/** Runs our conf in this process. A command that was run before is not run again. */
export function runOurs(options: RunOptions): Promise<Outcome> {
  const { tree, env, args } = options
  return inTemporary(async (directory) => {
    prepare(directory, options)
    let stdout = ''
    let stderr = ''
    const real = nodeIo('conf')
    const io: ConfIo = {
      ...real,
      env: { ...env, ...fileEnvironment(directory) },
      out: (text) => void (stdout += text),
      err: (text) => void (stderr += text),
      flush: () => undefined,
      readLine: () => Promise.resolve(undefined),
      startShell(command) {
        const key = JSON.stringify([tree, env['ARCH'], command])
        const known = shellResults.get(key)
        const output =
          known ?? spawnSync('/bin/sh', ['-c', command], { cwd: tree, env, encoding: 'latin1' }).stdout
        shellResults.set(key, output)
        return () => output
      },
    }
    const code = await conf(args, io)
    return outcome(directory, code, stdout, stderr)
  })
}

/** Numbers from 0 to 1 that depend on the seed alone. */
export function numbersFrom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Drops 15 % of the lines of a .config and gives 10 % of the others another of y, m and n. */
export function mutate(config: string, random: () => number): string {
  const lines = config.split('\n').flatMap((line) => {
    const dice = random()
    const other = random() < 0.5
    const [, unset] = /^# (CONFIG_\w+) is not set$/.exec(line) ?? []
    const [, name, value] = /^(CONFIG_\w+)=([ym])$/.exec(line) ?? []
    if (dice < 0.15) return unset === undefined && !line.startsWith('CONFIG_') ? [line] : []
    if (dice > 0.235) return [line]
    if (unset !== undefined) return [`${unset}=${other ? 'y' : 'm'}`]
    if (name === undefined) return [line]
    return [other ? `# ${name} is not set` : `${name}=${value === 'y' ? 'm' : 'y'}`]
  })
  return lines.join('\n')
}

/** The first lines that differ, for a message. */
export function firstDifferences(a: string, b: string, count = 8): string[] {
  const left = a.split('\n')
  const right = new Set(b.split('\n'))
  const leftSet = new Set(left)
  return [
    ...left.filter((line) => !right.has(line)).map((line) => `- ${line}`),
    ...[...right].filter((line) => !leftSet.has(line)).map((line) => `+ ${line}`),
  ].slice(0, count)
}
