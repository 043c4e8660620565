import { InvariantError } from '../../diag/index.ts'

/** Instructions per millisecond of virtual time: v86's TSC runs at 1 GHz, so one instruction is one tick. */
const instructionsPerMs = 1e6

/** Where time begins, in instructions: early enough to leave the TSC small, late enough for clocks that look back. */
const startInstructions = 1_000_000_000

/** Midnight of 1 January 2025, UTC: what the real-time clock shows at the start of every measured run. */
const epochMs = Date.UTC(2025, 0, 1)

/**
 * A clock that instructions drive. Halting costs no instructions, so idle time is added by `skip`.
 * `read` returns milliseconds half a tick past the count, so that v86's truncation to whole ticks is exact.
 */
export interface VirtualTime {
  readonly read: () => number
  readonly dateMs: () => number
  readonly skip: (milliseconds: number) => void
}

/** `readCounter` returns v86's 32-bit instruction counter; it must be read at least every 2^32 instructions. */
export function virtualTime(readCounter: () => number): VirtualTime {
  let last = 0
  let instructions = startInstructions
  let skippedMs = 0
  const read = (): number => {
    const now = readCounter() >>> 0
    instructions += (now - last) >>> 0
    last = now
    return (instructions + 0.5) / instructionsPerMs + skippedMs
  }
  return {
    read,
    dateMs: () => epochMs + Math.floor(read()),
    skip: (milliseconds) => void (skippedMs += milliseconds),
  }
}

/**
 * The end of the interpreter's burst as v86.wasm encodes it: after 100,001 instructions, at the first that does not go forward; and
 * the same bytes changed to end after each.
 *
 *     i32.const 100001  i32.lt_u  br_if 0  local.get 9  local.get 3  i32.ge_u  br_if 2
 *     i32.const 0       i32.lt_u  br_if 0  i32.const 1  i32.const 1  i32.ge_u  br_if 2
 */
const burstLimit = {
  from: Uint8Array.of(0x41, 0xa1, 0x8d, 0x06, 0x49, 0x0d, 0, 0x20, 9, 0x20, 3, 0x4f, 0x0d, 2),
  to: Uint8Array.of(0x41, 0x80, 0x80, 0x00, 0x49, 0x0d, 0, 0x41, 1, 0x41, 1, 0x4f, 0x0d, 2),
}
/** `i32.const 100003`, its limit of instructions between two looks at clock and interrupts; and 1 in as many bytes. */
const lookLimit = { from: Uint8Array.of(0x41, 0xa3, 0x8d, 0x06), to: Uint8Array.of(0x41, 0x81, 0x80, 0x00) }

/**
 * v86.wasm changed so that its interpreter leaves its inner loop after every instruction. Unchanged, it adds what a
 * burst ran to the instruction counter when the burst ends, and RDTSC in the middle of one would read a stale count.
 */
export function countEveryInstruction(wasm: Uint8Array): Uint8Array {
  return replaceOnly(wasm, burstLimit, 'burst')
}

/** v86.wasm changed so that it also asks for the time, which is a call out of it, between any two instructions. */
export function lookAtEveryInstruction(wasm: Uint8Array): Uint8Array {
  return replaceOnly(countEveryInstruction(wasm), lookLimit, 'look')
}

function replaceOnly(
  wasm: Uint8Array,
  { from, to }: { readonly from: Uint8Array; readonly to: Uint8Array },
  name: string,
): Uint8Array {
  const at = Buffer.from(wasm).indexOf(from)
  if (at < 0 || Buffer.from(wasm).indexOf(from, at + 1) >= 0) {
    throw new InvariantError(`v86.wasm is not the pinned one: its ${name} limit is not where it was`)
  }
  const changed = Uint8Array.from(wasm)
  changed.set(to, at)
  return changed
}

/** A generator of reproducible numbers in [0, 1): mulberry32 with a fixed seed. */
export function fixedRandom(): () => number {
  let state = 0x5eed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 0x1_0000_0000
  }
}
