import { MachineGoneError } from '../machine.ts'
import type { GuestArch, StackSampling } from '../request.ts'
import type { GdbClient } from './gdb-client.ts'
import type { GdbRegisters } from './gdb-registers.ts'

const framesMax = 512
const HLT = 0xf4

/**
 * Starts a machine and stops it again and again, each time for a look at its stack, until it has ended. The stack is found by frame
 * pointers; an interrupt's ends where it came in. A processor that waits is not looked at: it executes nothing.
 */
export async function sampleStacks(gdb: GdbClient, arch: GuestArch, sampling: StackSampling): Promise<void> {
  try {
    for (;;) {
      const stopped = gdb.resume()
      const timer = setTimeout(gdb.interrupt, sampling.everyMs)
      const stop = await stopped.finally(() => clearTimeout(timer))
      if (stop.kind === 'exited') return
      const registers = await gdb.registers()
      const before = await gdb.readMemory(registers.programCounter - 1n, 1)
      if (before?.[0] !== HLT) sampling.onStack(await readStack(gdb, arch, registers, sampling.isTrapEntry))
    }
  } catch (error) {
    if (!(error instanceof MachineGoneError)) throw error
  }
}

/**
 * Call sites, the outermost first, and the instruction about to run. A call site is the last byte of a call instruction. The guest's
 * words count, not those of the registers: qemu-system-x86_64 runs i386 too.
 */
async function readStack(
  gdb: GdbClient,
  arch: GuestArch,
  { programCounter, framePointer }: GdbRegisters,
  isTrapEntry: (address: bigint) => boolean,
): Promise<readonly bigint[]> {
  const width = arch === 'x86_64' ? 8 : 4
  const stack = [programCounter]
  let frame = framePointer
  while (frame !== 0n && stack.length < framesMax && !isTrapEntry(stack.at(-1)!)) {
    const bytes = await gdb.readMemory(frame, 2 * width)
    if (!bytes) break
    const view = new DataView(bytes.buffer, bytes.byteOffset)
    const word = (at: number): bigint =>
      width === 8 ? view.getBigUint64(at, true) : BigInt(view.getUint32(at, true))
    const returnAddress = word(width)
    if (returnAddress === 0n) break // a call from nowhere
    stack.push(returnAddress - 1n)
    if (word(0) <= frame) break // callers lie above
    frame = word(0)
  }
  return stack.reverse()
}
