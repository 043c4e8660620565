import * as dgram from 'node:dgram'
import { fail, ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import { bindFailure, hostAddress } from '../host-ports.ts'
import type { PortForward } from '../request.ts'
import type { UdpDatagram } from '../usernet/udp.ts'
import type { UserNetwork } from '../usernet/user-network.ts'
import type { OpenPort } from './forward-tcp.ts'

/** Peers remembered per port; the one that was silent longest is forgotten first. */
const peersMax = 1024
const firstPort = 0xc000

interface Peer {
  readonly address: string
  readonly port: number
}

/** Gives each peer of a forwarded UDP port a port of its own towards the guest, so that answers find their way. */
export interface UdpForwards {
  readonly open: (forward: PortForward) => Promise<Result<OpenPort>>
  /** Takes a datagram of the guest to the host's address; false when it answers nobody. */
  readonly deliver: (datagram: UdpDatagram) => boolean
}

export function udpForwards(network: UserNetwork): UdpForwards {
  const sockets = new Map<number, dgram.Socket>() // by guest port
  const peers = new Map<number, Peer>() // by the port towards the guest, the longest silent first
  const ports = new Map<string, number>()
  let next = 0

  const portOf = (peer: Peer): number => {
    const key = `${peer.address}:${peer.port}`
    let port = ports.get(key)
    if (port === undefined) {
      port = firstPort + (next++ % peersMax)
      const old = peers.get(port)
      if (old !== undefined) ports.delete(`${old.address}:${old.port}`)
      ports.set(key, port)
    }
    peers.delete(port)
    peers.set(port, peer)
    return port
  }

  return {
    open: (forward) =>
      new Promise((resolve) => {
        const socket = dgram.createSocket('udp4')
        socket.once('error', (error) => {
          socket.close()
          resolve(fail(bindFailure(forward, error)))
        })
        socket.on('message', (payload, peer) => {
          network.sendDatagram({ sourcePort: portOf(peer), destinationPort: forward.guestPort, payload })
        })
        socket.bind(forward.hostPort, hostAddress, () => {
          socket.removeAllListeners('error').on('error', () => {}) // a lost datagram is UDP's to lose
          sockets.set(forward.guestPort, socket)
          const close = (): void => {
            sockets.delete(forward.guestPort)
            socket.close()
          }
          resolve(ok({ port: socket.address().port, close }))
        })
      }),
    deliver: (datagram) => {
      const peer = peers.get(datagram.destinationPort)
      const socket = sockets.get(datagram.sourcePort)
      if (peer === undefined || socket === undefined) return false
      socket.send(datagram.payload, peer.port, peer.address)
      return true
    },
  }
}
