import * as net from 'node:net'
import { fail, ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import { bindFailure, hostAddress } from '../host-ports.ts'
import type { PortForward } from '../request.ts'
import type { UserNetwork } from '../usernet/user-network.ts'
import { joinSocket } from './join-socket.ts'

/** A port of the host that leads into the guest. */
export interface OpenPort {
  readonly port: number
  /** Takes no further connections; those that are open go on. */
  readonly close: () => void
}

/** Listens on the host, and opens a connection to the guest for each one that comes in. */
export function forwardTcp(
  network: UserNetwork,
  forward: PortForward,
  track: (socket: net.Socket) => void,
): Promise<Result<OpenPort>> {
  return new Promise((resolve) => {
    const server = net.createServer({ allowHalfOpen: true }, (socket) => {
      track(socket)
      joinSocket(socket, (events) => network.connect(forward.guestPort, events))
    })
    server.once('error', (error) => resolve(fail(bindFailure(forward, error))))
    server.listen({ port: forward.hostPort, host: hostAddress, backlog: 511 }, () => {
      const { port } = server.address() as net.AddressInfo
      resolve(ok({ port, close: () => void server.close() }))
    })
  })
}
