import { once } from 'node:events'
import * as net from 'node:net'
import { describe, expect, it } from 'vitest'
import type { GuestArch, RunEvent, RunRequest } from '../request.ts'
import { everythingInstalled } from '../../../test/support/tools.ts'
import { buildGuest, guestStamps, removeGuestsAfterTests, stampsInstructions } from '../testing/guest.ts'
import type { GuestName } from '../testing/guest.ts'
import { afterListening, runGuest, sourceOf } from '../testing/run-guest.ts'
import type { GuestRun } from '../testing/run-guest.ts'
import { processesWith } from '../testing/processes.ts'
import { findQemu } from './find.ts'
import { qemuRunner } from './runner.ts'

const missing = (['x86_64', 'i386'] as const).some((arch) => !findQemu(arch).ok)
if (missing && everythingInstalled)
  throw new Error('QEMU is not installed, and with AZBUILD_TEST_ALL=1 no test may be skipped')
const name = missing ? 'QEMU runner (skipped: no qemu-system-x86_64 on PATH)' : 'QEMU runner'

removeGuestsAfterTests()

describe.skipIf(missing).each<GuestArch>(['x86_64', 'i386'])(`${name}, %s`, (arch) => {
  const run = (guest: GuestName, options: Partial<RunRequest> = {}, defines = {}): Promise<GuestRun> =>
    runGuest(qemuRunner, buildGuest(guest, arch, defines), arch, options)

  it.each(['q35', 'pc', 'microvm'])(
    'delivers the console and the whole exit status on %s',
    async (machine) => {
      const { outcome, console } = await run('exit', { machine, memoryBytes: 1280 * 1024 })
      expect(outcome).toEqual({ kind: 'exit', status: 200 })
      expect(console).toBe('hello from a guest\n')
    },
  )

  it('passes input through and ends it with EOT', async () => {
    const { outcome, console } = await run('echo', { input: sourceOf('one\n', 'two\n') })
    expect(outcome).toEqual({ kind: 'exit', status: 200 })
    expect(console).toBe('one\ntwo\n')
  })

  it('hands over environment and arguments', async () => {
    const { console } = await run('args', { env: { NAME: 'a "b", c' }, args: ['-x', 'two words', ''] })
    expect(console).toContain('az.link=0xe9 az.exit=0xf4 "az.env=NAME=a \\"b\\", c" -- -x "two words" ""')
  })

  it('ends a loop after the timeout and leaves no process', async () => {
    const mark = `mark-${process.pid}-${arch}`
    const { outcome, console } = await run('loop', { timeoutSeconds: 1, args: [mark] })
    expect(outcome).toEqual({ kind: 'timeout' })
    expect(processesWith(mark)).toEqual([])
    expect(console).toBe('hello from a guest\n')
  })

  it('ends when interrupted', async () => {
    const interrupt = new AbortController()
    const { outcome } = await run('loop', { signal: interrupt.signal, onConsole: () => interrupt.abort() })
    expect(outcome).toEqual({ kind: 'interrupted' })
  })

  it.each(['triple', 'reset'] as const)('reports a processor that started over: %s', async (guest) => {
    const { outcome } = await run(guest)
    expect(outcome).toEqual({
      kind: 'fault',
      reason: 'the processor started over: a triple fault, or the guest reset the machine',
    })
  })

  it('returns the addresses of a panic', async () => {
    const { outcome, console } = await run('panic')
    expect(outcome).toEqual({ kind: 'panic', buildId: '0123abcd', addresses: [0x100010n, 0x100020n] })
    expect(console).toBe('hello from a guest\n')
  })

  it('loses no output to a slow reader', async () => {
    const { outcome, console } = await run('flood', {
      onConsole: () => new Promise((resolve) => setTimeout(resolve, 1)),
    })
    expect(outcome).toEqual({ kind: 'exit', status: 200 })
    expect(console).toBe('x'.repeat(0x100000))
  })

  it('counts the instructions between the stamps exactly, every time', async () => {
    const measurement = { ...guestStamps, stopAtMain: false }
    for (const count of [1000, 1000, 250_000]) {
      const { outcome } = await run('stamps', { measurement }, { COUNT: count })
      expect(outcome).toEqual({ kind: 'exit', status: 200, bootInstructions: stampsInstructions(count) })
    }
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
      onEvent: (event) => void (event.kind === 'command' || events.push(event)),
    })
    expect(outcome).toEqual({ kind: 'exit', status: 200 })
    expect(events).toEqual([
      { kind: 'listening', protocol: 'tcp', host: '127.0.0.1', port: expect.any(Number), guestPort: 8080 },
      { kind: 'unlistening', protocol: 'tcp', guestPort: 8080 },
    ])
    expect((events[0] as { port: number }).port).toBeGreaterThan(1023)
  })

  it('says who has the port that the app wants', async () => {
    const holder = net.createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as net.AddressInfo
    const result = await qemuRunner.run({
      image: buildGuest('listen', arch),
      arch,
      memoryBytes: 2 ** 24,
      net: true,
      ports: [{ protocol: 'tcp', hostPort: port, guestPort: 8080 }],
      onConsole: () => {},
      onEvent: () => {},
    })
    holder.close()
    expect(result).toMatchObject({
      ok: false,
      problems: [{ code: 'run/port-in-use', message: expect.stringContaining(`(pid ${process.pid})`) }],
    })
  })

  it('shows what QEMU says when it refuses to start', async () => {
    const result = await qemuRunner.run({
      image: buildGuest('exit', arch),
      arch,
      memoryBytes: 2 ** 24,
      net: false,
      machine: 'no-such-machine',
      onConsole: () => {},
      onEvent: () => {},
    })
    expect(result).toMatchObject({
      ok: false,
      problems: [{ code: 'run/qemu-failed', output: expect.stringContaining('unsupported machine type') }],
    })
  })
})
