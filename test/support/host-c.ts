import { spawn } from 'node:child_process'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostCompiler, sanitizing } from './host-compiler.ts'

export interface HostTestOptions {
  /** Kconfig symbols that are on, without CONFIG_; `1` for a bool, else the value of `CONFIG_<name>`. */
  readonly config?: Readonly<Record<string, number | string>>
  /** Extra folders for `#include`, absolute. `components/api/include` and the like are there already. */
  readonly include?: readonly string[]
  /** Extra compiler arguments. */
  readonly flags?: readonly string[]
  /** `cc` (or zig, see host-compiler.ts) unless told otherwise (`clang` for libFuzzer). */
  readonly compiler?: string
  /** A program that runs for longer is killed, so that none outlives the suite: less than a test may take. */
  readonly seconds?: number
  /** Arguments of the test program. */
  readonly args?: readonly string[]
}

const root = fileURLToPath(new URL('../../', import.meta.url))

const warnings = ['-Wall', '-Wextra', '-Wshadow', '-Wundef', '-Wvla', '-Werror']

/**
 * Builds one `*.test.c` for the host with ASan and UBSan (UBSan alone without `cc`) and runs it; returns what it printed. Throws
 * with the compiler's or the program's whole output when either fails. See components/testing/include/az/test.h:
 *
 *     test('string functions', () => runHostTests(new URL('./string.test.c', import.meta.url)))
 */
export async function runHostTests(file: string | URL, options: HostTestOptions = {}): Promise<string> {
  const source = typeof file === 'string' ? file : fileURLToPath(file)
  const scratch = mkdtempSync(join(tmpdir(), 'azbuild-host-c-'))
  try {
    const generated = join(scratch, 'az')
    mkdirSync(generated)
    const config = Object.entries(options.config ?? {}).map(
      ([name, value]) => `#define CONFIG_${name} ${value}\n`,
    )
    writeFileSync(join(generated, 'config.h'), config.join(''))
    writeFileSync(join(generated, 'self.h'), '') // a test calls what it includes: nothing needs a prototype
    const program = join(scratch, basename(source, '.c'))
    const includes = [
      scratch,
      ...(options.include ?? []),
      join(root, 'components/api/include'),
      join(root, 'components/testing/include'),
      join(dirname(source), '../include'),
    ]
    const compiler = options.compiler === undefined ? hostCompiler() : sanitizing(options.compiler)
    await succeed(compiler.program, [
      ...compiler.args,
      '-std=gnu11',
      '-g',
      '-O1',
      '-fno-omit-frame-pointer',
      ...warnings,
      ...includes.map((folder) => `-I${folder}`),
      ...(options.flags ?? []),
      source,
      '-o',
      program,
    ])
    return await succeed(program, options.args ?? [], options.seconds ?? 100)
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

function succeed(program: string, args: readonly string[], seconds?: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(seconds && { timeout: seconds * 1000, killSignal: 'SIGKILL' }),
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', reject)
    child.on('close', (status, signal) => {
      if (status === 0) resolve(output)
      else reject(new Error(`${basename(program)} ended with ${signal ?? status}:\n${output}`))
    })
  })
}
