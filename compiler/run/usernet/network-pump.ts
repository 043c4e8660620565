import { soon } from '../soon.ts'
import { UserNetwork } from './user-network.ts'
import type { Outside } from './user-network.ts'

/** Where frames for the guest go. */
export interface FrameSink {
  /** False when the guest has no room, and then no frame is made. */
  readonly hasRoom: () => boolean
  readonly deliver: (frame: Uint8Array) => void
  /** The frames delivered since the last call have no successor for now. */
  readonly onBurstEnd?: () => void
}

/** A user-mode network that runs by itself: frames flow while the guest has room, and timers fire. */
export interface NetworkPump {
  readonly network: UserNetwork
  /** Hands frames to the guest while it has room. Cheap when there is nothing. */
  readonly pump: () => void
  readonly destroy: () => void
}

export function networkPump(outside: Outside, sink: FrameSink): NetworkPump {
  let scheduled = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let timerAt: number | undefined
  let waiting = false
  let destroyed = false
  const now = (): number => performance.now()

  const network = new UserNetwork({
    now,
    random: Math.random,
    outside,
    wake: () => {
      waiting = true
      if (scheduled) return
      scheduled = true
      soon(() => {
        scheduled = false
        pump()
      })
    },
  })
  const pump = (): void => {
    if (destroyed) return
    while (waiting && sink.hasRoom()) {
      const frame = network.takeFrame()
      if (frame === undefined) waiting = false
      else sink.deliver(frame)
    }
    sink.onBurstEnd?.()
    arm()
  }
  // Deadlines mostly move away: a timer that fires too early is cheaper than one set anew for each frame.
  const arm = (): void => {
    const deadline = network.deadline()
    if (deadline === undefined || (timerAt !== undefined && timerAt <= deadline)) return
    clearTimeout(timer)
    timerAt = deadline
    timer = setTimeout(
      () => {
        timerAt = undefined
        network.expire()
      },
      Math.max(deadline - now(), 1),
    )
  }
  return {
    network,
    pump,
    destroy: () => {
      destroyed = true
      clearTimeout(timer)
    },
  }
}
