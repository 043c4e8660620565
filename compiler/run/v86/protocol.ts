import type { Diagnostic } from '../../diag/index.ts'
import type { MachineEnd } from '../machine.ts'
import type { AllowedPeer, PortForward, Protocol, WireFaults } from '../request.ts'
import type { MemoryRange } from '../traced/machine.ts'

/** What the worker is started with. */
export interface WorkerStart {
  readonly image: Uint8Array
  readonly memoryBytes: number
  readonly commandLine: string
  readonly net: boolean
  readonly measured: boolean
  readonly allowConnect: readonly AllowedPeer[]
  readonly wire?: WireFaults
  /** Tells every instruction, and waits for `resume` at the start and whenever the processor halts. */
  readonly traced?: TraceStart
}

export interface TraceStart {
  readonly snapshot: { readonly at: number; readonly read: readonly MemoryRange[] }
}

/** A question to the worker; each gets one `Answer` with its `id`. */
export type Question =
  /** Answered when the guest's serial port has room again. */
  | { readonly kind: 'input'; readonly bytes: Uint8Array }
  /** Answered with a `Result<number>`: the port that was bound. */
  | { readonly kind: 'open-port'; readonly forward: PortForward }
  | { readonly kind: 'close-port'; readonly protocol: Protocol; readonly guestPort: number }
  /** Answered with a `Uint8Array`. */
  | { readonly kind: 'read-memory'; readonly address: number; readonly byteCount: number }

export type ToWorker =
  | { readonly kind: 'ask'; readonly id: number; readonly question: Question }
  /** The consumer has taken so many bytes of console output. */
  | { readonly kind: 'console-taken'; readonly byteCount: number }
  /** Traced only: go on, with frames for the network card. */
  | { readonly kind: 'resume'; readonly frames: readonly Uint8Array[] }

export type FromWorker =
  | { readonly kind: 'ready' }
  | { readonly kind: 'problems'; readonly problems: readonly Diagnostic[] }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'console' | 'link'; readonly bytes: Uint8Array }
  | { readonly kind: 'notice'; readonly text: string }
  | { readonly kind: 'trace'; readonly addresses: Uint32Array }
  | { readonly kind: 'snapshot'; readonly memory: readonly Uint8Array[] }
  | { readonly kind: 'idle'; readonly frames: readonly Uint8Array[] }
  | { readonly kind: 'asleep' }
  | { readonly kind: 'end'; readonly end: MachineEnd }
