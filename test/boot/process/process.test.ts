import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, onTestFinished, test, beforeAll } from 'vitest'
import { eventually, processesWith } from '../../../compiler/run/testing/processes.ts'
import { buildApp, root } from '../../support/serving.ts'
import { missingTool, titled } from '../../support/tools.ts'

const app = 'test/boot/process'
const missing = missingTool('qemu-system-x86_64', 'qemu-system-i386')
const timeout = 120_000

/** `azbuild run` of the app, leader of a process group as a shell makes it. */
function start(args: readonly string[]): ChildProcess {
  const command = ['bin/azbuild.mjs', 'run', app, ...args]
  const child = spawn(process.execPath, command, { cwd: root, stdio: 'pipe', detached: true })
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, 'SIGKILL')
  })
  return child
}

interface Ended {
  readonly status: number | null
  readonly console: string
  readonly messages: string
}

async function run(args: readonly string[], input = ''): Promise<Ended> {
  const child = start(args)
  let [console, messages] = ['', '']
  child.stdout!.setEncoding('utf8').on('data', (text: string) => (console += text))
  child.stderr!.setEncoding('utf8').on('data', (text: string) => (messages += text))
  child.stdin!.on('error', () => {}) // it need not be read
  child.stdin!.end(input)
  const [status] = (await once(child, 'close')) as [number | null]
  return { status, console, messages }
}

describe.each([
  { runner: 'v86', arch: 'i386' },
  { runner: 'qemu', arch: 'i386' },
  { runner: 'qemu', arch: 'x86_64' },
])('a process on $runner, $arch', ({ runner, arch }) => {
  const skipped = runner === 'qemu' ? missing : undefined
  const machine = ['--runner', runner, '--arch', arch]
  const check = test.skipIf(skipped)
  const named = (title: string): string => titled(title, skipped)

  beforeAll(() => {
    if (skipped === undefined) buildApp(app, arch)
  }, 300_000)

  check(named('gets its arguments and environment as they were given'), { timeout }, async () => {
    const { status, console } = await run([
      ...machine,
      '--env',
      'NAME=a "b", c',
      '--',
      'show',
      '200',
      '',
      "it's",
    ])
    expect(console).toBe('argument 1: 200\nargument 2: \nargument 3: it\'s\nNAME: a "b", c\n')
    expect(status).toBe(200)
  })

  check(named('reads its input to the end'), { timeout }, async () => {
    const { status, console } = await run([...machine, '--', 'cat'], 'one\ntwo\nno newline')
    expect(console).toBe('one\ntwo\nno newlineend of input\n')
    expect(status).toBe(0)
  })

  check(named('reads 64 KiB of input, all of it'), { timeout }, async () => {
    const input = Array.from({ length: 1024 }, (_, i) => `line ${i} `.padEnd(63, '.') + '\n').join('')
    const { status, console } = await run([...machine, '--timeout', '60', '--', 'cat'], input)
    expect(console).toBe(`${input}end of input\n`)
    expect(status).toBe(0)
  })

  check(named('that loops ends after --timeout with status 124'), { timeout }, async () => {
    const { status, console } = await run([...machine, '--timeout', '4', '--', 'loop'])
    expect(console).toBe('looping\n')
    expect(status).toBe(124)
  })

  check(named('needs more memory than --memory gives: said before it boots'), { timeout }, async () => {
    const { status, console, messages } = await run([...machine, '--memory', '64K', '--', 'show'])
    expect(console).toBe('')
    expect(messages).toContain('error[run/memory-too-small]')
    expect(status).toBe(1)
  })

  check.each(['SIGINT', 'SIGKILL'] as const)(
    named('leaves nothing behind after %s'),
    { timeout },
    async (signal) => {
      const mark = `mark-${process.pid}-${runner}-${arch}-${signal}`
      const child = start([...machine, '--env', `NAME=${mark}`, '--', 'loop'])
      await once(child.stdout!, 'data') // it is in main()
      const ended = once(child, 'close')
      if (signal === 'SIGINT') {
        process.kill(-child.pid!, signal)
        expect(await ended).toEqual([130, null])
      } else {
        child.kill(signal) // azbuild alone: nobody tells its children
        await ended
      }
      expect(await eventually(() => processesWith(mark).length === 0)).toBe(true)
    },
  )
})
