import { fail, ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import type { Gateway } from '../gateway/gateway.ts'
import { explainBindFailure } from '../host-ports.ts'
import type { PortForward } from '../request.ts'
import { parseForwardedPort } from './qmp.ts'
import type { QmpClient } from './qmp.ts'

/** Ports of the host that lead into the guest, whoever carries the bytes. */
export type PortForwards = Pick<Gateway, 'open' | 'close' | 'destroy'>

/** The forwards of QEMU's own user network (slirp), through the human monitor, which has no machine-readable twin. */
export function userNetworkForwards(qmp: QmpClient): PortForwards {
  const bound = new Map<string, number>()
  return {
    open: async (forward) => {
      const opened = await addForward(qmp, forward)
      if (opened.ok) bound.set(`${forward.protocol}:${forward.guestPort}`, opened.value)
      return opened
    },
    close: async (protocol, guestPort) => {
      const key = `${protocol}:${guestPort}`
      const port = bound.get(key)
      if (port === undefined) return
      bound.delete(key)
      await qmp.human(`hostfwd_remove net ${protocol}:127.0.0.1:${port}`).catch(() => {})
    },
    destroy: () => {}, // they end with QEMU
  }
}

async function addForward(qmp: QmpClient, forward: PortForward): Promise<Result<number>> {
  const { protocol, hostPort, guestPort } = forward
  const complaint = await qmp.human(`hostfwd_add net ${protocol}:127.0.0.1:${hostPort}-:${guestPort}`)
  if (complaint !== '') return fail(await explainBindFailure(forward, complaint))
  if (hostPort !== 0) return ok(hostPort)
  const chosen = parseForwardedPort(await qmp.human('info usernet'), protocol, guestPort)
  return chosen === undefined
    ? fail(await explainBindFailure(forward, 'QEMU does not name the port'))
    : ok(chosen)
}
