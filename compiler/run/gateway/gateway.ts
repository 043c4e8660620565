import type { Socket } from 'node:net'
import { ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import type { AllowedPeer, PortForward, Protocol, WireFaults } from '../request.ts'
import { networkPump } from '../usernet/network-pump.ts'
import type { FrameSink } from '../usernet/network-pump.ts'
import { forwardTcp } from './forward-tcp.ts'
import type { OpenPort } from './forward-tcp.ts'
import { udpForwards } from './forward-udp.ts'
import { outwardGate } from './outward.ts'
import { overWire } from './over-wire.ts'

export interface GatewayOptions extends FrameSink {
  readonly allowConnect: readonly AllowedPeer[]
  readonly onNotice: (text: string) => void
  /** What goes wrong between the guest and the network; nothing when absent. */
  readonly wire?: WireFaults | undefined
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
  let destroyed = false
  const sockets = new Set<Socket>()
  const track = (socket: Socket): void => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  }
  const wire =
    options.wire &&
    overWire(options.wire, options, {
      receive: (frame) => running.network.receive(frame),
      pump: () => running.pump(),
    })
  const running = networkPump(
    {
      ...outwardGate(options.allowConnect, options.onNotice, track),
      onHostDatagram: (datagram) => forwards.deliver(datagram),
    },
    wire?.sink ?? options,
  )
  const { network, pump } = running
  const forwards = udpForwards(network)

  return {
    receive: wire?.receive ?? ((frame) => network.receive(frame)),
    pump: wire?.pump ?? pump,
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
      wire?.destroy()
      running.destroy()
      for (const port of ports.values()) port.close()
      for (const socket of sockets) socket.destroy()
      ports.clear()
    },
  }
}
