import type { Duplex } from 'node:stream'
import { MachineGoneError } from '../machine.ts'

/** An event of the QEMU Machine Protocol, e.g. SHUTDOWN. */
export interface QmpEvent {
  readonly name: string
  readonly data: Readonly<Record<string, unknown>>
}

export interface QmpClient {
  /** Runs a command; rejects with QEMU's words, or when QEMU is gone. */
  readonly execute: (command: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>
  /** Runs a line of the human monitor and returns what it prints, trimmed. */
  readonly human: (line: string) => Promise<string>
}

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void }

/** Speaks QMP (docs/interop/qmp-spec.txt of QEMU) over a stream: one JSON object per line, both ways. */
export function qmpClient(stream: Duplex, onEvent: (event: QmpEvent) => void): QmpClient {
  const waiting = new Map<number, Waiting>()
  let count = 0
  let gone = false
  let text = ''
  const handle = (line: string): void => {
    const message = parseObject(line)
    if (message === undefined) return
    if (typeof message['event'] === 'string') {
      return onEvent({ name: message['event'], data: (message['data'] ?? {}) as Record<string, unknown> })
    }
    const asked = waiting.get(Number(message['id']))
    if (asked === undefined) return
    waiting.delete(Number(message['id']))
    const error = message['error'] as { readonly desc?: string } | undefined
    if (error === undefined) asked.resolve(message['return'])
    else asked.reject(new Error(error.desc ?? 'QEMU refused'))
  }
  stream.setEncoding('utf8')
  stream.on('data', (piece: string) => {
    const lines = (text + piece).split('\n')
    text = lines.pop()!
    for (const line of lines) handle(line)
  })
  const onGone = (): void => {
    gone = true
    for (const asked of waiting.values()) asked.reject(new MachineGoneError('QEMU is gone'))
    waiting.clear()
  }
  stream.on('error', onGone)
  stream.on('close', onGone)

  const execute: QmpClient['execute'] = (command, args) =>
    new Promise((resolve, reject) => {
      if (gone) return reject(new MachineGoneError('QEMU is gone'))
      const id = ++count
      waiting.set(id, { resolve, reject })
      stream.write(`${JSON.stringify({ execute: command, ...(args && { arguments: args }), id })}\n`)
    })
  return {
    execute,
    human: async (line) => String(await execute('human-monitor-command', { 'command-line': line })).trim(),
  }
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** The bytes in the answer to `xp /8xb ADDRESS`: `0000000000100100: 0x01 0x02 ...`, some per line. */
export function parseMemoryDump(text: string): Uint8Array {
  const bytes: number[] = []
  for (const line of text.split('\n')) {
    const values = line.slice(line.indexOf(':') + 1).match(/0x[0-9a-f]{2}\b/g) ?? []
    bytes.push(...values.map(Number))
  }
  return Uint8Array.from(bytes)
}

/** The host port that `info usernet` shows as forwarded to a guest port. */
export function parseForwardedPort(
  text: string,
  protocol: 'tcp' | 'udp',
  guestPort: number,
): number | undefined {
  for (const line of text.split('\n')) {
    // TCP[HOST_FORWARD]  13       127.0.0.1 43567       10.0.2.15    80     0     0
    const fields = line.trim().split(/\s+/)
    if (fields[0] === `${protocol.toUpperCase()}[HOST_FORWARD]` && Number(fields[5]) === guestPort)
      return Number(fields[3])
  }
  return undefined
}
