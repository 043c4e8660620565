/** examples/hello on every machine, processor and size of memory that it is meant for; and what may not be linked into it. */
import { spawnSync } from 'node:child_process'
import { beforeAll, describe, expect, test } from 'vitest'
import { buildApp, root } from '../../support/serving.ts'
import { missingTool, titled } from '../../support/tools.ts'

const app = 'examples/hello'
const timeout = 120_000
const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')

function azbuild(...args: readonly string[]): { status: number | null; stdout: string; stderr: string } {
  return spawnSync(process.execPath, ['bin/azbuild.mjs', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  })
}

describe.each(['x86_64', 'i386'])('hello, %s', (arch) => {
  beforeAll(() => buildApp(app, arch), 300_000)

  interface Size {
    readonly bytes: number
    readonly parts: readonly {
      readonly bytes: number
      readonly symbols: readonly { readonly name: string }[]
    }[]
  }

  test('has no open, no time zone and no PCI in it; its parts add up', { timeout }, () => {
    const size = JSON.parse(azbuild('size', app, '--arch', arch, '--json').stdout) as Size
    const names = size.parts.flatMap((part) => part.symbols.map((symbol) => symbol.name))
    expect(names).toContain('main')
    expect(names.filter((name) => /^az_sys_open|^open(at)?$|tzset|_tz|localtime|pci/i.test(name))).toEqual([])
    expect(size.parts.reduce((sum, part) => sum + part.bytes, 0)).toBe(size.bytes)
  })

  const machines = ['q35', 'pc', 'microvm'].flatMap((machine) =>
    ['qemu64', 'max'].flatMap((cpu) => ['1280K', '64M', '4G'].map((memory) => ({ machine, cpu, memory }))),
  )
  test.skipIf(missing).each(machines)(
    titled('boots on $machine, $cpu, $memory', missing),
    { timeout },
    ({ machine, cpu, memory }) => {
      const options = ['--machine', machine, '--cpu', cpu, '--memory', memory, '--timeout', '60']
      const { status, stdout, stderr } = azbuild('run', app, '--runner', 'qemu', '--arch', arch, ...options)
      expect(stdout, stderr).toBe('Hello, World!\n')
      expect(status).toBe(0)
    },
  )
})

test.skipIf(missing)(
  titled(
    'sizes of memory where the firmware writes over the image are refused, and the one it names works',
    missing,
  ),
  { timeout },
  () => {
    const run = (machine: string, memory: string) =>
      azbuild('run', app, '--runner', 'qemu', '--machine', machine, '--memory', memory, '--timeout', '60')
    for (const machine of ['pc', 'q35']) {
      const { status, stderr } = run(machine, '1376K')
      expect(stderr).toContain(
        `error[run/memory-of-firmware]: With 1376K the firmware of ${machine} writes over`,
      )
      expect(status).toBe(1)
      const named = /--memory (\d+K) or more/.exec(stderr)?.[1] ?? ''
      expect(run(machine, named)).toMatchObject({ status: 0, stdout: 'Hello, World!\n' })
    }
  },
)

test('hello boots on v86', { timeout }, () => {
  const { status, stdout, stderr } = azbuild('run', app, '--timeout', '60')
  expect(stdout, stderr).toBe('Hello, World!\n')
  expect(status).toBe(0)
})
