import { broadcastAddress } from './address.ts'
import type { Ipv4Address } from './address.ts'

/** Message types (RFC 2132 section 9.6). */
export const dhcpType = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const
export const dhcpPorts = { server: 67, client: 68 } as const

const fixedBytes = 236
const magicCookie = 0x63825363
const option = {
  mask: 1,
  router: 3,
  dns: 6,
  requested: 50,
  lease: 51,
  type: 53,
  server: 54,
  end: 255,
} as const
const leaseSeconds = 86_400

export interface DhcpRequest {
  readonly type: number
  readonly transaction: number
  readonly flags: number
  readonly clientAddress: Ipv4Address
  readonly clientMac: Uint8Array
  readonly requestedAddress: Ipv4Address | undefined
  readonly serverAddress: Ipv4Address | undefined
}

export interface DhcpLease {
  readonly address: Ipv4Address
  readonly mask: Ipv4Address
  readonly server: Ipv4Address
  readonly router: Ipv4Address
  readonly dns: Ipv4Address
}

/** A client's message (RFC 2131 section 2) with the options that matter here; undefined when it is malformed. */
export function parseDhcp(bytes: Uint8Array): DhcpRequest | undefined {
  if (bytes.length < fixedBytes + 4) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes[0] !== 1 || bytes[1] !== 1 || bytes[2] !== 6 || view.getUint32(fixedBytes) !== magicCookie)
    return undefined
  let type = 0
  let requestedAddress: number | undefined
  let serverAddress: number | undefined
  let at = fixedBytes + 4
  while (at < bytes.length && bytes[at] !== option.end) {
    if (bytes[at] === 0) {
      at += 1
      continue
    }
    const length = bytes[at + 1]
    if (length === undefined || at + 2 + length > bytes.length) return undefined
    if (bytes[at] === option.type && length === 1) type = bytes[at + 2]!
    if (bytes[at] === option.requested && length === 4) requestedAddress = view.getUint32(at + 2)
    if (bytes[at] === option.server && length === 4) serverAddress = view.getUint32(at + 2)
    at += 2 + length
  }
  return {
    type,
    transaction: view.getUint32(4),
    flags: view.getUint16(10),
    clientAddress: view.getUint32(12),
    clientMac: bytes.slice(28, 34),
    requestedAddress,
    serverAddress,
  }
}

/** The server's answer to a client that may have one address only; undefined when none is due. */
export function answerDhcp(request: DhcpRequest, lease: DhcpLease): Uint8Array | undefined {
  switch (request.type) {
    case dhcpType.discover:
      return renderDhcp(request, dhcpType.offer, lease)
    case dhcpType.request: {
      if (request.serverAddress !== undefined && request.serverAddress !== lease.server) return undefined
      const wanted = request.requestedAddress ?? request.clientAddress
      return renderDhcp(request, wanted === lease.address ? dhcpType.ack : dhcpType.nak, lease)
    }
    case dhcpType.inform:
      return renderDhcp(request, dhcpType.ack, lease)
    default:
      return undefined
  }
}

function renderDhcp(request: DhcpRequest, type: number, lease: DhcpLease): Uint8Array {
  const bytes = new Uint8Array(300) // the least that old clients take (RFC 1542 section 2.1)
  const view = new DataView(bytes.buffer)
  bytes.set([2, 1, 6])
  view.setUint32(4, request.transaction)
  view.setUint16(10, request.flags)
  view.setUint32(12, type === dhcpType.ack ? request.clientAddress : 0)
  if (type !== dhcpType.nak && request.type !== dhcpType.inform) view.setUint32(16, lease.address)
  view.setUint32(20, type === dhcpType.nak ? 0 : lease.server)
  bytes.set(request.clientMac, 28)
  view.setUint32(fixedBytes, magicCookie)
  let at = fixedBytes + 4
  const put = (code: number, value: number): void => {
    bytes.set([code, 4], at)
    view.setUint32(at + 2, value)
    at += 6
  }
  bytes.set([option.type, 1, type], at)
  at += 3
  put(option.server, lease.server)
  if (type !== dhcpType.nak) {
    if (request.type !== dhcpType.inform) put(option.lease, leaseSeconds)
    put(option.mask, lease.mask)
    put(option.router, lease.router)
    put(option.dns, lease.dns)
  }
  bytes[at] = option.end
  return bytes
}

/** Where the answer goes: a client that has no address yet hears broadcasts only. */
export function dhcpDestination(request: DhcpRequest): Ipv4Address {
  return request.clientAddress === 0 ? broadcastAddress : request.clientAddress
}
