import { InvariantError } from '../../diag/index.ts'
import type { V86Emulator } from './private-api.ts'
import type { FromWorker, TraceStart } from './protocol.ts'

/** Instructions per message. */
const batchLength = 65_536
/** Time of the guest's after which no timer is expected to wake it. */
const asleepMsMax = 120_000

/** The worker's side of a traced machine. */
export interface TraceSender {
  readonly onInstruction: (address: number) => void
  readonly onHalt: (milliseconds: number, goOn: (passes: boolean) => void) => void
  /** To be called with the emulator before anything runs. */
  readonly attach: (emulator: V86Emulator) => void
  readonly resume: (frames: readonly Uint8Array[]) => void
  readonly flush: () => void
}

/**
 * Sends what runs in batches, and at every halt the frames that the guest has sent; then waits for `resume`. Frames that come with
 * it reach the card while the processor is halted, and no time passes until the interrupt.
 */
export function traceSender(start: TraceStart, send: (message: FromWorker) => void): TraceSender {
  let emulator: V86Emulator | undefined
  let batch = new Uint32Array(batchLength)
  let used = 0
  let frames: Uint8Array[] = []
  let goOn: ((passes: boolean) => void) | undefined
  let wanted = true
  let hasRun = false
  let asleepMs = 0
  const flush = (): void => {
    if (used > 0) send({ kind: 'trace', addresses: batch.slice(0, used) })
    used = 0
  }
  return {
    flush,
    attach: (made) => {
      emulator = made
      made.add_listener('net0-send', (frame: Uint8Array) => frames.push(frame.slice()))
    },
    onInstruction: (address) => {
      if (wanted && address === start.snapshot.at) {
        wanted = false
        const { mem8 } = emulator!.v86.cpu
        send({
          kind: 'snapshot',
          memory: start.snapshot.read.map(({ address: from, byteCount }) =>
            mem8.slice(from, from + byteCount),
          ),
        })
      }
      hasRun = true
      batch[used++] = address
      if (used === batchLength) flush()
    },
    onHalt: (milliseconds, next) => {
      if (!hasRun && asleepMs < asleepMsMax) {
        asleepMs += milliseconds
        return next(true) // its timer is not due yet
      }
      flush()
      goOn = next
      send(hasRun ? { kind: 'idle', frames } : { kind: 'asleep' })
      hasRun = false
      asleepMs = 0
      frames = []
    },
    resume: (received) => {
      if (!emulator) throw new InvariantError('resumed before there is a machine')
      if (!goOn) return emulator.run()
      asleepMs = 0
      for (const frame of received) emulator.bus.send('net0-receive', frame)
      goOn(received.length === 0)
    },
  }
}
