import { once } from 'node:events'
import * as net from 'node:net'
import { describe, expect, it } from 'vitest'
import { buildGuest, guestStamps, removeGuestsAfterTests, stampsInstructions } from '../testing/guest.ts'
import type { GuestName } from '../testing/guest.ts'
import type { RunEvent, RunRequest } from '../request.ts'
import { afterListening, runGuest, sourceOf } from '../testing/run-guest.ts'
import type { GuestRun } from '../testing/run-guest.ts'
import { v86Runner } from './runner.ts'

removeGuestsAfterTests()
const run = (name: GuestName, options: Partial<RunRequest> = {}, defines = {}): Promise<GuestRun> =>
  runGuest(v86Runner, buildGuest(name, 'i386', defines), 'i386', options)

describe('v86 runner', () => {
  it('delivers the console and the whole exit status', async () => {
    const { outcome, console } = await run('exit')
    expect(outcome).toEqual({ kind: 'exit', status: 200 })
    expect(console).toBe('hello from a guest\n')
  })

  it('passes input through and ends it with EOT', async () => {
    const { outcome, console } = await run('echo', { input: sourceOf('one\n', 'two\n') })
    expect(outcome).toEqual({ kind: 'exit', status: 200 })
    expect(console).toBe('one\ntwo\n')
  })

  it('hands over environment and arguments', async () => {
    const { console } = await run('args', { env: { NAME: 'a "b" c' }, args: ['-x', 'two words', ''] })
    expect(console).toBe('az.link=0xe9 az.exit=0xf4 "az.env=NAME=a \\"b\\" c" -- -x "two words" ""')
  })

  it('ends a loop after the timeout', async () => {
    const { outcome, console } = await run('loop', { timeoutSeconds: 1 })
    expect(outcome).toEqual({ kind: 'timeout' })
    expect(console).toBe('hello from a guest\n')
  })

  it('ends when interrupted', async () => {
    const interrupt = new AbortController()
    const { outcome } = await run('loop', { signal: interrupt.signal, onConsole: () => interrupt.abort() })
    expect(outcome).toEqual({ kind: 'interrupted' })
  })

  it('reports a triple fault', async () => {
    const { outcome } = await run('triple')
    expect(outcome).toMatchObject({ kind: 'fault', reason: expect.stringContaining('triple fault') })
  })

  it('reports a reset', async () => {
    const { outcome } = await run('reset')
    expect(outcome).toEqual({ kind: 'fault', reason: 'the guest reset the machine' })
  })

  it('reports a processor that halted for good', async () => {
    const { outcome } = await run('halt')
    expect(outcome).toEqual({ kind: 'fault', reason: 'the processor halted with interrupts off' })
  })

  it('returns the addresses of a panic', async () => {
    const { outcome, console } = await run('panic')
    expect(outcome).toEqual({ kind: 'panic', buildId: '0123abcd', addresses: [0x100010n, 0x100020n] })
    expect(console).toBe('hello from a guest\n')
  })

  it('loses no output to a slow reader and holds the guest back', async () => {
    let most = 0
    let waiting = 0
    const { outcome, console } = await run('flood', {
      onConsole: async (bytes) => {
        most = Math.max(most, (waiting += bytes.length))
        await new Promise((resolve) => setTimeout(resolve, 5))
        waiting -= bytes.length
      },
    })
    expect(outcome).toEqual({ kind: 'exit', status: 200 })
    expect(console).toBe('x'.repeat(0x100000))
    expect(most).toBeLessThan(0x80000)
  })

  it('counts the instructions between the stamps exactly, every time', async () => {
    const measurement = { ...guestStamps, stopAtMain: false }
    for (const count of [1000, 1000, 250_000]) {
      const { outcome } = await run('stamps', { measurement }, { COUNT: count })
      expect(outcome).toEqual({ kind: 'exit', status: 200, bootInstructions: stampsInstructions(count) })
    }
  })

  it('does not make a figure up for an image that writes no stamps', async () => {
    await expect(run('exit', { measurement: { ...guestStamps, stopAtMain: false } })).rejects.toThrow(
      'run/stamps-missing',
    )
  })

  it('can stop a measurement at main', async () => {
    const { outcome } = await run(
      'stamps',
      { measurement: { ...guestStamps, stopAtMain: true } },
      { COUNT: 7 },
    )
    expect(outcome).toEqual({ kind: 'main', bootInstructions: stampsInstructions(7) })
  })

  it('opens the port that the app listens on where the user wants it, and closes it again', async () => {
    const events: RunEvent[] = []
    const { outcome } = await run('listen', {
      net: true,
      ports: [{ protocol: 'tcp', hostPort: 0, guestPort: 8080 }],
      input: afterListening(events),
      onEvent: (event) => events.push(event),
    })
    expect(outcome).toEqual({ kind: 'exit', status: 200 })
    expect(events).toEqual([
      { kind: 'listening', protocol: 'tcp', host: '127.0.0.1', port: expect.any(Number), guestPort: 8080 },
      { kind: 'unlistening', protocol: 'tcp', guestPort: 8080 },
    ])
    expect((events[0] as { port: number }).port).toBeGreaterThan(1023)
  })

  it('says who has the port that the app wants, and that an image without network has none', async () => {
    const holder = net.createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as net.AddressInfo
    const problems = async (net: boolean): Promise<unknown> => {
      const result = await v86Runner.run({
        image: buildGuest('listen', 'i386'),
        arch: 'i386',
        memoryBytes: 2 ** 24,
        net,
        ports: [{ protocol: 'tcp', hostPort: port, guestPort: 8080 }],
        onConsole: () => {},
        onEvent: () => {},
      })
      return result.ok ? result.value : result.problems
    }
    expect(await problems(true)).toMatchObject([
      { code: 'run/port-in-use', message: expect.stringContaining(`(pid ${process.pid})`) },
    ])
    expect(await problems(false)).toMatchObject([{ code: 'run/port-without-network' }])
    holder.close()
  })

  it('refuses x86_64, too much memory, too little, and a file that is no image', async () => {
    const code = async (options: object): Promise<string | undefined> => {
      const image = buildGuest('exit', 'i386')
      const result = await v86Runner.run({
        image,
        arch: 'i386',
        memoryBytes: 2 ** 24,
        net: false,
        onConsole: () => {},
        onEvent: () => {},
        ...options,
      })
      return result.ok ? undefined : result.problems[0]?.code
    }
    expect(await code({ arch: 'x86_64' })).toBe('run/runner-without-arch')
    expect(await code({ memoryBytes: 2 ** 31 })).toBe('run/memory-too-large')
    expect(await code({ memoryBytes: 2 ** 20 })).toBe('run/memory-too-small')
    expect(await code({ image: import.meta.filename })).toBe('run/image-unreadable')
    expect(await code({ image: buildGuest('exit', 'x86_64') })).toBe('run/wrong-arch')
    expect(await code({ args: ['a\0b'] })).toBe('run/bad-argument')
  })
})
