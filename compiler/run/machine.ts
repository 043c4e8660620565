import type { Result } from '../diag/index.ts'
import type { PortForward, Protocol } from './request.ts'

/** What a running machine reports to the session that owns it. */
export interface MachineEvents {
  /** Console output, in order. The machine holds the guest back until the promise settles. */
  readonly onConsole: (bytes: Uint8Array) => void | Promise<void>
  /** Bytes of the side channel `host.link`, in order. */
  readonly onLink: (bytes: Uint8Array) => void
  /** The machine will not run on. Called once, after the last `onConsole` and `onLink`. */
  readonly onEnd: (end: MachineEnd) => void
  readonly onNotice: (text: string) => void
}

export type MachineEnd =
  /** The guest wrote to the exit trigger port. */
  { readonly kind: 'trigger' } | { readonly kind: 'fault'; readonly reason: string }

/** What a machine's operations reject with when it has ended meanwhile; `onEnd` tells why. */
export class MachineGoneError extends Error {
  override readonly name = 'MachineGoneError'
}

/** A machine that runs; made by a runner, driven by `runSession`. */
export interface Machine {
  /** Resolves when the guest's serial port has room again. */
  readonly sendConsole: (bytes: Uint8Array) => Promise<void>
  /** Opens a port on 127.0.0.1; the value is the port number that was bound. */
  readonly openPort: (forward: PortForward) => Promise<Result<number>>
  readonly closePort: (protocol: Protocol, guestPort: number) => Promise<void>
  readonly readMemory: (physicalAddress: number, byteCount: number) => Promise<Uint8Array>
  /** Ends the machine; resolves when all its output has been delivered and nothing is left of it. Idempotent. */
  readonly stop: () => Promise<void>
}
