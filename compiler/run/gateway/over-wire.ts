import type { WireFaults } from '../request.ts'
import type { FrameSink } from '../usernet/network-pump.ts'
import { faultyWire } from './faulty-wire.ts'
import type { Wire } from './faulty-wire.ts'

/** How long a frame may be held back when no other overtakes it. */
const heldMsMax = 5

/** A guest's card behind a bad wire. */
export interface OverWire {
  /** What the network delivers to instead of the card. */
  readonly sink: FrameSink
  readonly receive: (frame: Uint8Array) => void
  /** Hands the card what waits, and goes on. */
  readonly pump: () => void
  readonly destroy: () => void
}

/** Puts a wire with faults between a card and the network, whose own `receive` and `pump` are given. */
export function overWire(
  faults: WireFaults,
  card: FrameSink,
  network: { readonly receive: (frame: Uint8Array) => void; readonly pump: () => void },
): OverWire {
  const fromGuest = faultyWire(faults, 'from-guest')
  const toGuest = faultyWire(faults, 'to-guest')
  /** What has come through the wire and waits for the card to have room. */
  const arrived: Uint8Array[] = []
  let releasing: ReturnType<typeof setTimeout> | undefined
  let destroyed = false
  const drain = (): void => {
    while (arrived.length > 0 && card.hasRoom()) card.deliver(arrived.shift()!)
  }
  const pump = (): void => {
    if (destroyed) return
    drain()
    network.pump()
  }
  const releaseSoon = (): void => {
    if (destroyed || !(fromGuest.holding() || toGuest.holding())) return
    releasing ??= setTimeout(() => {
      releasing = undefined
      for (const frame of fromGuest.release()) network.receive(frame)
      arrived.push(...toGuest.release())
      pump()
    }, heldMsMax)
  }
  const carry = (wire: Wire, frame: Uint8Array): readonly Uint8Array[] => {
    const frames = wire.carry(frame)
    releaseSoon()
    return frames
  }
  return {
    sink: {
      ...card,
      hasRoom: () => {
        drain()
        return arrived.length === 0 && card.hasRoom()
      },
      deliver: (frame) => {
        arrived.push(...carry(toGuest, frame))
        drain()
      },
    },
    receive: (frame) => {
      for (const one of carry(fromGuest, frame)) network.receive(one)
    },
    pump,
    destroy: () => {
      destroyed = true
      clearTimeout(releasing)
    },
  }
}
