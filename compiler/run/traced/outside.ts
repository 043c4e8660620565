import { ok, type Result } from '../../diag/index.ts'
import { createGateway } from '../gateway/gateway.ts'

/** Runs a traced guest on to its next pause, with frames handed in first; tells what it has sent. */
export type Resume = (
  frames?: readonly Uint8Array[],
) => Promise<Result<{ readonly kind: 'idle' | 'asleep' | 'end'; readonly frames: readonly Uint8Array[] }>>

/** The sockets of this machine on the other end of a traced guest's network. */
export interface Outside {
  /** Opens a port of this machine, any that is free, that leads to one of the guest's. */
  readonly open: (guestPort: number) => Promise<Result<number>>
  /** Runs the guest until `work` has settled and no frame is under way any more. */
  readonly during: <T>(work: Promise<T>) => Promise<Result<T>>
  /** Closes the ports and connections. */
  readonly destroy: () => void
}

/** As many frames go in at once; a card's queue holds more. */
const burstMax = 64
/** After so long without a frame nothing is taken to be under way: frames pass within this process. */
const quietMs = 20
/** After so long without a frame the guest's own clock goes on, to the next of its timers, for it may be the one that waits. */
const patienceMs = 500

/**
 * Joins a traced guest to azbuild's user-mode network: frames that have come while it ran go in together when it has nothing left to
 * do. Which ones those are depends on this machine, and with it what the guest runs; what it ran is told exactly. While it waits its
 * clock stands still. `sent` is what it has sent so far.
 */
export function joinOutside(resume: Resume, sent: readonly Uint8Array[]): Outside {
  let waiting: Uint8Array[] = []
  let isAsleep = false
  let wake = (): void => {}
  const gateway = createGateway({
    allowConnect: [],
    onNotice: () => {},
    hasRoom: () => waiting.length < burstMax,
    deliver: (frame) => void waiting.push(frame),
    onBurstEnd: () => wake(),
  })
  for (const frame of sent) gateway.receive(frame)

  /** Waits until a frame is there, `isOver`, or the time is up. */
  const somethingToDo = (milliseconds: number, isOver: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        wake = () => {}
        resolve()
      }, milliseconds)
      wake = () => {
        if (waiting.length === 0 && !isOver()) return
        clearTimeout(timer)
        wake = () => {}
        resolve()
      }
      wake()
    })
  return {
    open: (guestPort) => gateway.open({ protocol: 'tcp', hostPort: 0, guestPort }),
    destroy: gateway.destroy,
    during: async (work) => {
      let isOver = false
      const over = (): void => {
        isOver = true
        wake()
      }
      void work.then(over, over)
      for (;;) {
        if (!isOver) await somethingToDo(patienceMs, () => isOver)
        if (isOver) await somethingToDo(quietMs, () => false)
        const frames = waiting
        waiting = []
        if (frames.length === 0 && isOver) return ok(await work)
        if (frames.length === 0 && isAsleep) continue
        const pause = await resume(frames)
        if (!pause.ok || pause.value.kind === 'end') gateway.destroy() // so that `work` ends too
        if (!pause.ok) {
          await work.catch(() => {})
          return pause
        }
        isAsleep = pause.value.kind !== 'idle'
        for (const frame of pause.value.frames) gateway.receive(frame)
        gateway.pump()
      }
    },
  }
}
