import { fail, ok } from '../diag/index.ts'
import type { Result } from '../diag/index.ts'
import { badPeer, badPort } from './diagnostics.ts'
import type { AllowedPeer, PortForward, Protocol } from './request.ts'

/** Reads `HOST:GUEST`, `PORT` (the same on both sides), each with `/udp` or `/tcp` after it if need be. */
export function parsePortForward(text: string): Result<PortForward> {
  const match = /^(?:(\d{1,5}):)?(\d{1,5})(?:\/(tcp|udp))?$/.exec(text)
  if (match === null) return fail(badPort(text))
  const guestPort = Number(match[2])
  const hostPort = match[1] === undefined ? guestPort : Number(match[1])
  if (guestPort < 1 || guestPort > 0xffff || hostPort > 0xffff) return fail(badPort(text))
  return ok({ protocol: (match[3] ?? 'tcp') as Protocol, hostPort, guestPort })
}

/** Reads `HOST:PORT` of `--allow-connect`; either may be `*`. An IPv6 address stands in brackets. */
export function parseAllowedPeer(text: string): Result<AllowedPeer> {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]\s]+):(\d{1,5}|\*)$/i.exec(text)
  if (match === null) return fail(badPeer(text))
  const port = match[2] === '*' ? 0 : Number(match[2])
  if (match[2] !== '*' && (port < 1 || port > 0xffff)) return fail(badPeer(text))
  return ok({ host: match[1]!.replace(/^\[|\]$/g, '').toLowerCase(), port })
}

/** Where a port that the guest listens on appears: as the user said, else under the same number. */
export function forwardOf(
  forwards: readonly PortForward[],
  protocol: Protocol,
  guestPort: number,
  anyFree = false,
): PortForward {
  return (
    forwards.find((forward) => forward.protocol === protocol && forward.guestPort === guestPort) ?? {
      protocol,
      hostPort: anyFree ? 0 : guestPort,
      guestPort,
    }
  )
}
