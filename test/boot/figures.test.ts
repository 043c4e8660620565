/**
 * The limits that the examples are held to whatever their own budgets say: bytes, instructions from kernel entry to
 * main(), and the machines that they must boot on. Exact figures are in the README and in the examples' shog.config.ts.
 */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { everythingInstalled } from '../support/tools.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const timeoutMs = 300_000
const limits = {
  hello: { bytes: 24 * 1024, bootInstructions: 10_000 },
  'hello-http': { bytes: 96 * 1024, bootInstructions: 100_000 },
} as const
type Name = keyof typeof limits
const names = Object.keys(limits) as readonly Name[]

const hasQemu = spawnSync('qemu-system-x86_64', ['--version']).status === 0
/** Where everything is to be installed, a missing QEMU must show. */
const withQemu = hasQemu || everythingInstalled

function azbuild(args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['bin/azbuild.mjs', ...args], { cwd: root, encoding: 'utf8', input: '' })
}

function bootInstructions(name: Name, memory: string): number {
  const done = azbuild(['bench', name, '--arch', 'x86_64', '--memory', memory, '--no-primitives', '--json'])
  expect(done.status, done.stderr).toBe(0)
  return (JSON.parse(done.stdout) as { images: { bootInstructions: number }[] }).images[0]!.bootInstructions
}

describe.each(names)('%s', (name) => {
  // QEMU counts x86_64.
  test.each(withQemu ? ['x86_64', 'i386'] : ['i386'])(
    'keeps the budget of %s',
    (arch) => {
      const done = azbuild(['image', name, '--arch', arch, '--check'])
      expect(done.status, done.stdout + done.stderr).toBe(0)
    },
    timeoutMs,
  )

  test.each(['x86_64', 'i386'])(
    'is small on %s',
    (arch) => {
      const done = azbuild(['image', name, '--arch', arch, '--json'])
      expect((JSON.parse(done.stdout) as { bytes: number }).bytes).toBeLessThanOrEqual(limits[name].bytes)
    },
    timeoutMs,
  )

  test.runIf(withQemu)(
    'reaches main() in few instructions, however much memory there is',
    () => {
      const [few, many] = [bootInstructions(name, '64M'), bootInstructions(name, '2G')]
      expect(few).toBeLessThanOrEqual(limits[name].bootInstructions)
      expect(Math.abs(many - few)).toBeLessThan(few / 100)
    },
    timeoutMs,
  )
})

describe.runIf(withQemu)('hello boots', () => {
  beforeAll(() => {
    const built = azbuild(['image', 'hello', '--arch', 'x86_64'])
    expect(built.status, built.stderr).toBe(0)
  }, timeoutMs)

  const machines = ['q35', 'pc', 'microvm'].flatMap((machine) =>
    ['qemu64', 'max'].flatMap((cpu) => ['1280K', '64M', '4G'].map((memory) => ({ machine, cpu, memory }))),
  )
  test.each(machines)(
    'on $machine with $cpu and $memory',
    ({ machine, cpu, memory }) => {
      const place = ['--machine', machine, '--cpu', cpu, '--memory', memory]
      const done = azbuild([
        'run',
        'hello',
        '--runner',
        'qemu',
        '--arch',
        'x86_64',
        '--timeout',
        '60',
        ...place,
      ])
      expect({ status: done.status, stdout: done.stdout }).toEqual({ status: 0, stdout: 'Hello, World!\n' })
    },
    timeoutMs,
  )

  /* Firmware keeps data at the end of memory: on the stack, which may begin dirty, but on nothing else of the image. */
  const sizes = ['1280K', ...Array.from({ length: 17 }, (_, step) => `${1536 + 32 * step}K`)]
  test.each(sizes)(
    'with %s',
    (memory) => {
      const done = azbuild([
        'run',
        'hello',
        '--runner',
        'qemu',
        '--arch',
        'x86_64',
        '--machine',
        'pc',
        '--memory',
        memory,
        '--timeout',
        '60',
      ])
      expect({ status: done.status, stdout: done.stdout }).toEqual({ status: 0, stdout: 'Hello, World!\n' })
    },
    timeoutMs,
  )
})
