import type { Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import type { AllowedPeer, PortForward, Protocol, WireFaults } from '../request.ts'
import { UserNetwork } from '../usernet/user-network.ts'
import { faultyWire } from './faulty-wire.ts'
import type { Wire } from './faulty-wire.ts'
import { forwardTcp } from './forward-tcp.ts'
import type { OpenPort } from './forward-tcp.ts'
import { udpForwards } from './forward-udp.ts'
import { outwardGate } from './outward.ts'

/** How long a frame may be held back when no other overtakes it. */
const heldMsMax = 5

export interface GatewayOptions {
  readonly allowConnect: readonly AllowedPeer[]
  readonly onNotice: (text: string) => void
  /** What goes wrong between the guest and the network; nothing when absent. */
  readonly wire?: WireFaults | undefined
  /** Hands a frame to the guest; false when it has no room, and then the frame is not asked for. */
  readonly hasRoom: () => boolean
  readonly deliver: (frame: Uint8Array) => void
  /** The frames delivered since the last call have no successor for now. */
  readonly onBurstEnd?: () => void
}

/** The user-mode network joined to the sockets of this machine. */
export interface Gateway {
  /** A frame that the guest has sent. */
  readonly receive: (frame: Uint8Array) => void
  /** Hands frames to the guest while it has room. Cheap when there is nothing. */
  readonly pump: () => void
  readonly open: (forward: PortForward) => Promise<Result<number>>
  readonly close: (protocol: Protocol, guestPort: number) => void | Promise<void>
  /** Closes every port and connection: nothing of it keeps the process alive. */
  readonly destroy: () => void
}

export function createGateway(options: GatewayOptions): Gateway {
  const ports = new Map<string, OpenPort>()
  let scheduled = false
  let timer: NodeJS.Timeout | undefined
  let timerAt: number | undefined
  let waiting = false
  let destroyed = false
  const now = (): number => performance.now()
  const sockets = new Set<Socket>()
  const track = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }

  const network = new UserNetwork({
    now,
    random: Math.random,
    outside: {
      ...outwardGate(options.allowConnect, options.onNotice, track),
      onHostDatagram: (datagram) => forwards.deliver(datagram),
    },
    wake: () => {
      waiting = true
      if (scheduled) return
      scheduled = true
      setImmediate(() => {
        scheduled = false
        pump()
      })
    },
  })
  const forwards = udpForwards(network)

  const { wire } = options
  const fromGuest = wire && faultyWire(wire, 'from-guest')
  const toGuest = wire && faultyWire(wire, 'to-guest')
  /** What has come through the wire and waits for the guest to have room. */
  const arrived: Uint8Array[] = []
  let releasing: NodeJS.Timeout | undefined
  /** A frame held back waits for a later one, but not for ever. */
  const releaseSoon = (): void => {
    const holding = [fromGuest, toGuest].some((direction) => direction?.holding())
    if (!holding || destroyed) return
    releasing ??= setTimeout(() => {
      releasing = undefined
      for (const frame of fromGuest?.release() ?? []) network.receive(frame)
      arrived.push(...(toGuest?.release() ?? []))
      pump()
    }, heldMsMax)
  }
  const carry = (direction: Wire, frame: Uint8Array): readonly Uint8Array[] => {
    const frames = direction.carry(frame)
    releaseSoon()
    return frames
  }

  const pump = (): void => {
    if (destroyed) return
    while ((waiting || arrived.length > 0) && options.hasRoom()) {
      const ready = arrived.shift()
      const frame = ready ?? network.takeFrame()
      if (frame === undefined) waiting = false
      else if (ready !== undefined || toGuest === undefined) options.deliver(frame)
      else arrived.push(...carry(toGuest, frame))
    }
    options.onBurstEnd?.()
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
    receive: (frame) => {
      if (fromGuest === undefined) network.receive(frame)
      else for (const one of carry(fromGuest, frame)) network.receive(one)
    },
    pump,
    open: async (forward) => {
      const opened = await (forward.protocol === 'tcp'
        ? forwardTcp(network, forward, track)
        : forwards.open(forward))
      if (!opened.ok) return opened
      if (destroyed) opened.value.close()
      ports.set(`${forward.protocol}:${forward.guestPort}`, opened.value)
      return ok(opened.value.port)
    },
    close: (protocol, guestPort) => {
      ports.get(`${protocol}:${guestPort}`)?.close()
      ports.delete(`${protocol}:${guestPort}`)
    },
    destroy: () => {
      destroyed = true
      clearTimeout(timer)
      clearTimeout(releasing)
      for (const port of ports.values()) port.close()
      for (const socket of sockets) socket.destroy()
      ports.clear()
    },
  }
}
