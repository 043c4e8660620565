import type { Duplex } from 'node:stream'
import { InvariantError } from '../../diag/index.ts'
import { MachineGoneError } from '../machine.ts'
import { gdbPacketReader, renderGdbPacket } from './gdb-packet.ts'
import { parseGdbRegisters, type GdbRegisters } from './gdb-registers.ts'

/**
 * QEMU's gdb stub, spoken to without gdb. QEMU needs `-chardev socket,id=gdb,fd=N -gdb chardev:gdb`. The machine stands still while
 * it is talked to: every method but `resume` wants a stopped one. Requests are answered in order.
 */
export interface GdbClient {
  readonly registers: () => Promise<GdbRegisters>
  /** Virtual memory as the processor sees it now; undefined where nothing is mapped. */
  readonly readMemory: (address: bigint, byteCount: number) => Promise<Uint8Array | undefined>
  readonly writeMemory: (address: bigint, bytes: Uint8Array) => Promise<void>
  /** Stops before the instruction at the address; nothing in the guest's memory changes. */
  readonly setBreakpoint: (address: bigint) => Promise<void>
  readonly clearBreakpoint: (address: bigint) => Promise<void>
  /** One instruction; interrupts and the clock stand still meanwhile, unless QEMU was told otherwise (`qqemu.sstep`). */
  readonly step: () => Promise<GdbStop>
  /** Runs until a breakpoint, `interrupt`, or the end of the machine. An instruction at which it stands is not stopped at again. */
  readonly resume: () => Promise<GdbStop>
  /** Stops a running machine: `resume` then settles. */
  readonly interrupt: () => void
}

/** Why the machine stands: a signal number as gdb counts them (5 for a breakpoint or a step, 2 after `interrupt`), or its end. */
export type GdbStop = { readonly kind: 'signal'; readonly signal: number } | { readonly kind: 'exited' }

/** Bytes asked for at once: QEMU's packets hold 4096 characters, two for each byte. */
const memoryBytesMax = 1024

export function gdbClient(stream: Duplex): GdbClient {
  const reader = gdbPacketReader()
  const waiting: { readonly resolve: (payload: string) => void; readonly reject: (error: Error) => void }[] =
    []
  const breakpoints = new Set<bigint>()
  let gone = false
  stream.setEncoding('latin1')
  stream.on('data', (piece: string) => {
    for (const payload of reader.take(piece)) {
      stream.write('+')
      if (!payload.startsWith('O') || payload === 'OK') waiting.shift()?.resolve(payload) // O: the stub's console
    }
  })
  const onGone = (): void => {
    gone = true
    for (const one of waiting.splice(0)) one.reject(new MachineGoneError('QEMU is gone'))
  }
  stream.on('error', onGone)
  stream.on('close', onGone)

  const ask = (payload: string): Promise<string> =>
    new Promise((resolve, reject) => {
      if (gone) return reject(new MachineGoneError('QEMU is gone'))
      waiting.push({ resolve, reject })
      stream.write(renderGdbPacket(payload))
    })
  const order = async (payload: string): Promise<void> => {
    const answer = await ask(payload)
    if (answer !== 'OK') throw new InvariantError(`QEMU's gdb stub answers "${answer}" to "${payload}"`)
  }
  const run = async (payload: string): Promise<GdbStop> => stopOf(await ask(payload))
  const point = (kind: 'Z' | 'z', address: bigint): Promise<void> =>
    order(`${kind}0,${address.toString(16)},1`)
  const programCounter = async (): Promise<bigint> => parseGdbRegisters(await ask('g')).programCounter

  return {
    registers: async () => parseGdbRegisters(await ask('g')),
    readMemory: async (address, byteCount) => {
      const bytes = new Uint8Array(byteCount)
      for (let at = 0; at < byteCount; at += memoryBytesMax) {
        const length = Math.min(memoryBytesMax, byteCount - at)
        const answer = await ask(`m${(address + BigInt(at)).toString(16)},${length.toString(16)}`)
        if (answer.startsWith('E') || answer.length !== 2 * length) return undefined
        bytes.set(Buffer.from(answer, 'hex'), at)
      }
      return bytes
    },
    writeMemory: async (address, bytes) => {
      for (let at = 0; at < bytes.length; at += memoryBytesMax) {
        const piece = bytes.subarray(at, at + memoryBytesMax)
        const hex = Buffer.from(piece).toString('hex')
        await order(`M${(address + BigInt(at)).toString(16)},${piece.length.toString(16)}:${hex}`)
      }
    },
    setBreakpoint: async (address) => {
      await point('Z', address)
      breakpoints.add(address)
    },
    clearBreakpoint: async (address) => {
      await point('z', address)
      breakpoints.delete(address)
    },
    step: () => run('s'),
    resume: async () => {
      if (breakpoints.size === 0) return run('c')
      const here = await programCounter()
      if (!breakpoints.has(here)) return run('c')
      // It would stop at once again. A step goes over the breakpoint; QEMU before 6.2 has to be without it.
      const stepped = await run('s')
      if (stepped.kind === 'exited') return stepped
      const next = await programCounter()
      if (next !== here) return breakpoints.has(next) ? stepped : run('c')
      await point('z', here)
      const again = await run('s')
      await point('Z', here)
      return again.kind === 'exited' || breakpoints.has(await programCounter()) ? again : run('c')
    },
    interrupt: () => void stream.write('\x03'),
  }
}

/** `T05thread:01;`, `S05`, `W00`. */
function stopOf(payload: string): GdbStop {
  if (payload.startsWith('T') || payload.startsWith('S'))
    return { kind: 'signal', signal: Number.parseInt(payload.slice(1, 3), 16) }
  if (payload.startsWith('W') || payload.startsWith('X')) return { kind: 'exited' }
  throw new InvariantError(`QEMU's gdb stub says "${payload}" where a stop was due`)
}
