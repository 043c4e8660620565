import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { missingTool, titled } from '../../support/tools.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))

/** Runs azbuild; returns its exit status and all it printed. */
function azbuild(...args: readonly string[]): Promise<{ status: number | null; text: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['bin/azbuild.mjs', ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let text = ''
    child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part))
    child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part))
    child.on('error', reject)
    child.on('close', (status) => resolve({ status, text }))
  })
}

const machines = [
  {
    name: 'x86_64 on QEMU',
    arch: 'x86_64',
    args: ['--runner', 'qemu', '--arch', 'x86_64', '--machine', 'q35'],
  },
  { name: 'i386 on QEMU', arch: 'i386', args: ['--runner', 'qemu', '--arch', 'i386', '--machine', 'pc'] },
  { name: 'i386 on v86', arch: 'i386', args: ['--runner', 'v86', '--arch', 'i386'] },
] as const

/** What each fault must say first, and the line of main.c that must be named for it. */
const faults = [
  { fault: 'null-write', says: 'write through a NULL pointer', line: 'write_through' },
  { fault: 'null-call', says: 'through a NULL pointer', line: 'main+' },
  { fault: 'write-text', says: 'where that is not allowed', line: 'write_through' },
  { fault: 'write-rodata', says: 'where that is not allowed', line: 'write_through' },
  { fault: 'divide', says: 'division by zero', line: 'main+' },
] as const

const timeoutMs = 120_000

const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')
const present = machines.filter(({ args }) => missing === undefined || !args.some((arg) => arg === 'qemu'))

if (missing !== undefined) describe.skip(titled('faults on QEMU', missing), () => test('nothing', () => {}))

describe.each(present)('$name', ({ name, arch, args }) => {
  beforeAll(async () => {
    const built = await azbuild('image', 'test/boot/faults', '--arch', arch)
    expect(built.status, built.text).toBe(0)
  }, timeoutMs)

  const run = (fault: string) => azbuild('run', 'test/boot/faults', ...args, '--timeout', '60', '--', fault)

  test.each(faults)(
    '$fault ends in a panic that names its place',
    async ({ fault, says, line }) => {
      const { status, text } = await run(fault)
      expect(text).toMatch(/az: panic: .*/)
      expect(text).toContain(says)
      expect(text).toMatch(new RegExp(`${line}.* at test/boot/faults/main\\.c:\\d+`))
      expect(text).not.toContain('still here')
      expect(status).toBe(134)
    },
    timeoutMs,
  )

  test(
    'a system call with a bad pointer is EFAULT, not a fault',
    async () => {
      const { status, text } = await run('efault')
      expect(text).not.toContain('panic')
      expect(status).toBe(14)
    },
    timeoutMs,
  )

  test(
    'a panic names whose code it was, what was called last and how to see it again',
    async () => {
      const traced = [
        'run',
        'test/boot/faults',
        ...args,
        '--timeout',
        '60',
        '--config',
        'test/boot/faults/trace.config',
      ]
      const { text } = await azbuild(...traced, '--', 'after-calls')
      expect(text).toMatch(
        /last system calls:\r?\n {2}write\(1, 0x[0-9a-f]+, 6\) = 6\r?\n {2}write\(1, 16, 5\) = -14\r?\n/,
      )
      expect(text).toContain('faults panicked in app')
      expect(text).toMatch(/main\+.* at test\/boot\/faults\/main\.c:\d+ \(app\)/)
      expect(text).toMatch(/az_main\+.* \(core\)/)
      expect(text).toContain(`azbuild ${traced.join(' ')} -- after-calls`)
      const rebuilt = await azbuild('image', 'test/boot/faults', '--arch', arch)
      expect(rebuilt.status, rebuilt.text).toBe(0)
    },
    timeoutMs,
  )

  test(
    'without a fault it ends well',
    async () => {
      const { status, text } = await run('none')
      expect(text).toContain('still here')
      expect(status).toBe(0)
    },
    timeoutMs,
  )

  // i386 has no bit against execution.
  if (arch === 'x86_64')
    test(
      'execute-data is refused',
      async () => {
        const { status, text } = await run('execute-data')
        expect(text).toContain('az: panic: execution at address')
        expect(text).toMatch(/main\+.* at test\/boot\/faults\/main\.c:\d+/)
        expect(status).toBe(134)
      },
      timeoutMs,
    )

  // v86 cannot deliver the double fault that follows when a fault's frame finds no room: it gives up.
  test(
    'a stack overflow is told',
    async () => {
      const { status, text } = await run('stack-overflow')
      if (name === 'i386 on v86') expect(text).toContain('cli/guest-fault')
      else expect(text).toContain('az: panic: stack overflow: the main stack has 128 KiB')
      expect(status).toBe(134)
    },
    timeoutMs,
  )
})
