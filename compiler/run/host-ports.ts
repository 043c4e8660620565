import * as dgram from 'node:dgram'
import * as net from 'node:net'
import type { Diagnostic } from '../diag/index.ts'
import { portInUse, portNotAllowed } from './diagnostics.ts'
import { portOwner } from './port-owner.ts'
import type { PortForward, Protocol } from './request.ts'

/** Where forwarded ports appear. */
export const hostAddress = '127.0.0.1'

/** The diagnostic for a port that could not be bound, by the system's error code. */
export function bindFailure(forward: PortForward, error: NodeJS.ErrnoException): Diagnostic {
  const { protocol, hostPort, guestPort } = forward
  return error.code === 'EADDRINUSE'
    ? portInUse(hostPort, protocol, guestPort, portOwner(protocol, hostPort))
    : portNotAllowed(hostPort, guestPort, error.message)
}

/** The same for a runner that says only that it failed: tries the port to learn why. */
export async function explainBindFailure(forward: PortForward, complaint: string): Promise<Diagnostic> {
  const error = await tryBind(forward.protocol, forward.hostPort)
  return error === undefined
    ? portNotAllowed(forward.hostPort, forward.guestPort, complaint)
    : bindFailure(forward, error)
}

/** Binds a port of the host for a moment; undefined when that worked. */
export function tryBind(protocol: Protocol, port: number): Promise<NodeJS.ErrnoException | undefined> {
  return new Promise((resolve) => {
    if (protocol === 'tcp') {
      const server = net.createServer()
      server.once('error', resolve)
      server.listen({ port, host: hostAddress }, () => server.close(() => resolve(undefined)))
    } else {
      const socket = dgram.createSocket('udp4')
      socket.once('error', (error) => {
        socket.close()
        resolve(error)
      })
      socket.bind(port, hostAddress, () => socket.close(() => resolve(undefined)))
    }
  })
}
