import { PassThrough, duplexPair } from 'node:stream'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MachineGoneError } from '../machine.ts'
import { parseForwardedPort, parseMemoryDump, qmpClient } from './qmp.ts'
import type { QmpEvent } from './qmp.ts'

describe('qmpClient', () => {
  const pair = (): { ours: import('node:stream').Duplex; theirs: import('node:stream').Duplex } => {
    const [ours, theirs] = duplexPair()
    return { ours, theirs }
  }

  it('pairs answers with commands and reports events', async () => {
    const { ours, theirs } = pair()
    const events: QmpEvent[] = []
    const client = qmpClient(ours, (event) => events.push(event))
    theirs.setEncoding('utf8').on('data', (text: string) => {
      const { id, execute } = JSON.parse(text) as { id: number; execute: string }
      const answer = execute === 'bad' ? { error: { desc: 'no such command' }, id } : { return: execute, id }
      const line = `{"event": "STOP", "data": {"x": 1}}\n${JSON.stringify(answer)}\r\n`
      theirs.write(line.slice(0, 10))
      theirs.write(line.slice(10))
    })
    expect(await client.execute('one')).toBe('one')
    await expect(client.execute('bad')).rejects.toThrow('no such command')
    expect(await client.human('info')).toBe('human-monitor-command')
    expect(events[0]).toEqual({ name: 'STOP', data: { x: 1 } })
  })

  it('rejects what is asked of a QEMU that is gone', async () => {
    const { ours, theirs } = pair()
    const client = qmpClient(ours, () => {})
    const asked = client.execute('stop')
    theirs.destroy()
    ours.destroy()
    await expect(asked).rejects.toThrow(MachineGoneError)
    await expect(client.execute('cont')).rejects.toThrow(MachineGoneError)
  })

  it('survives any lines', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(fc.string(), fc.json())), async (lines) => {
        const stream = new PassThrough()
        qmpClient(stream, () => {})
        stream.end(lines.join('\n'))
        await new Promise((resolve) => stream.once('close', resolve))
      }),
      { numRuns: 50 },
    )
  })
})

it('reads the bytes of a memory dump', () => {
  const text = '0000000000100100: 0x04 0x4e 0xf1 0x00 0x00 0x00 0x00 0x00\r\n0000000000100108: 0xd8 0x55\r\n'
  expect([...parseMemoryDump(text)]).toEqual([4, 0x4e, 0xf1, 0, 0, 0, 0, 0, 0xd8, 0x55])
})

it('finds the port that QEMU chose', () => {
  const text =
    'Hub -1 (net):\r\n  Protocol[State]    FD  Source Address  Port   Dest. Address  Port RecvQ SendQ\r\n' +
    '  TCP[HOST_FORWARD]  14       127.0.0.1 43567       10.0.2.15    80     0     0\r\n' +
    '  UDP[HOST_FORWARD]  15       127.0.0.1 50000       10.0.2.15    80     0     0\r\n'
  expect(parseForwardedPort(text, 'tcp', 80)).toBe(43567)
  expect(parseForwardedPort(text, 'udp', 80)).toBe(50000)
  expect(parseForwardedPort(text, 'tcp', 81)).toBeUndefined()
})
