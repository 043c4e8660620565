import type { Result } from '../../diag/index.ts'
import type { GuestArch, Runner } from '../request.ts'

/** What to run, and where it pauses. Addresses are virtual, as the image was linked. */
export interface TraceRequest {
  /** The ELF file that boots. */
  readonly image: string
  readonly arch: GuestArch
  readonly memoryBytes: number
  /** Whether the image has a network device to attach. */
  readonly net: boolean
  readonly rng: boolean
  /** QEMU only: `q35` by default. */
  readonly machine?: string
  readonly points: TracePoints
  /**
   * Instructions that have run, in order: the lower 32 bits of each one's linear address, as often as the machine's clock counted it.
   * A repeated string instruction counts once per iteration on QEMU, once on v86; one that faulted counts on v86 alone.
   */
  readonly onTrace: (addresses: Uint32Array) => void
  /** Bytes of the side channel `host.link`. */
  readonly onLink: (bytes: Uint8Array) => void
  readonly onConsole: (bytes: Uint8Array) => void
  /** Ends the run: a `resume` under way, and each later one, tells `interrupted`. */
  readonly signal?: AbortSignal
}

export interface TracePoints {
  /** The image's first instruction, physical. The trace begins there: firmware is not traced. */
  readonly entry: number
  /** Where the kernel's `sti; hlt` stand. */
  readonly idle: readonly bigint[]
  /** Where the processor goes when an instruction faults: that one has not run. */
  readonly faults: readonly bigint[]
  /** Functions at whose entry the guest is as good as over: its exit and its panic. */
  readonly end: readonly bigint[]
  /** A function at whose entry memory is read once, and what: physical addresses. */
  readonly snapshot: { readonly at: bigint; readonly read: readonly MemoryRange[] }
}

export interface MemoryRange {
  readonly address: number
  readonly byteCount: number
}

/** Why a traced machine stands still. All of the trace, of the link and of the frames up to there has been handed over. */
export type TracePause =
  /** The guest has nothing to do. `frames` are those that it has sent since the last pause, without FCS. */
  | { readonly kind: 'idle'; readonly frames: readonly Uint8Array[] }
  /** It has nothing to do and no timer will wake it: only a frame can. */
  | { readonly kind: 'asleep' }
  | { readonly kind: 'end' }
  /** It will not run on: a triple fault, a dead halt, QEMU is gone. */
  | { readonly kind: 'fault'; readonly reason: string }
  | { readonly kind: 'interrupted' }

/**
 * A machine whose every instruction is told, and whose only input are frames handed in while it stands idle: what runs on it is the
 * same on every run, however busy the host is.
 */
export interface TracedMachine {
  readonly runner: Runner['name']
  /** Runs on to the next pause, with frames for the network card, which come in together, when some are given. */
  readonly resume: (frames?: readonly Uint8Array[]) => Promise<TracePause>
  readonly readMemory: (physicalAddress: number, byteCount: number) => Promise<Uint8Array>
  /** What `points.snapshot` asked for, when the guest has been there. */
  readonly snapshot: () => readonly Uint8Array[] | undefined
  /** Ends the machine; nothing of it is left. Idempotent. */
  readonly stop: () => Promise<void>
}

export type StartTraced = (request: TraceRequest) => Promise<Result<TracedMachine>>
