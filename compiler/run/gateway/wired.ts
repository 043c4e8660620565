import type { WireFaults } from '../request.ts'
import type { FrameSink } from '../usernet/network-pump.ts'
import { faultyWire } from './faulty-wire.ts'
import type { Wire } from './faulty-wire.ts'

/** How long a frame may be held back when no other overtakes it. */
const heldMsMax = 5

/** A guest behind a wire, as the network sees it. */
export interface WiredGuest {
  readonly sink: FrameSink
  /** A frame that the guest has put on the wire. */
  readonly receive: (frame: Uint8Array) => void
  readonly destroy: () => void
}

/** Puts a faulty wire between a guest and a network, each way; `pump` is the network's. */
export function wireGuest(
  faults: WireFaults,
  guest: FrameSink,
  receive: (frame: Uint8Array) => void,
  pump: () => void,
): WiredGuest {
  const fromGuest = faultyWire(faults, 'from-guest')
  const toGuest = faultyWire(faults, 'to-guest')
  /** What has come through the wire and waits for the guest to have room. */
  const arrived: Uint8Array[] = []
  let releasing: ReturnType<typeof setTimeout> | undefined
  let destroyed = false
  const drain = (): void => {
    while (arrived.length > 0 && guest.hasRoom()) guest.deliver(arrived.shift()!)
  }
  const carry = (direction: Wire, frame: Uint8Array): readonly Uint8Array[] => {
    const frames = direction.carry(frame)
    // A frame held back waits for a later one, but not for ever.
    if (!destroyed && [fromGuest, toGuest].some((one) => one.holding()))
      releasing ??= setTimeout(release, heldMsMax)
    return frames
  }
  const release = (): void => {
    releasing = undefined
    for (const frame of fromGuest.release()) receive(frame)
    arrived.push(...toGuest.release())
    pump()
  }
  return {
    sink: {
      hasRoom: () => {
        drain()
        return arrived.length === 0 && guest.hasRoom()
      },
      deliver: (frame) => {
        arrived.push(...carry(toGuest, frame))
        drain()
      },
      onBurstEnd: () => {
        drain()
        guest.onBurstEnd?.()
      },
    },
    receive: (frame) => {
      for (const one of carry(fromGuest, frame)) receive(one)
    },
    destroy: () => {
      destroyed = true
      clearTimeout(releasing)
    },
  }
}
