import { arpOperation, renderArp } from './arp.ts'
import type { LinkEnd } from './link.ts'
import type { Ipv4Address } from './address.ts'
import { broadcastMac } from './address.ts'

/** The first question goes out at once, the following ones after these times, the last time over and over. */
const retryMs = [10, 20, 50, 100, 200, 500, 1000]

/** Finds out the guest's hardware address (RFC 826), which also tells when the guest is ready for packets. */
export interface Neighbor {
  readonly mac: () => Uint8Array | undefined
  /** Takes an address that was seen on the wire; true when it is news. */
  readonly learn: (mac: Uint8Array) => boolean
  /** A question to send, when one is wanted and due. */
  readonly takeQuestion: (nowMs: number) => Uint8Array | undefined
  /** Packets wait for the address: ask until it is known. */
  readonly want: (nowMs: number) => void
  /** Something changed at the guest: ask at once. */
  readonly hurry: (nowMs: number) => void
  readonly deadline: () => number | undefined
}

export function neighbor(own: LinkEnd, address: Ipv4Address): Neighbor {
  let known: Uint8Array | undefined
  let askAt: number | undefined
  let asked = 0
  return {
    mac: () => known,
    learn: (mac) => {
      const news = known === undefined
      known = mac
      askAt = undefined
      return news
    },
    want: (nowMs) => void (known === undefined && (askAt ??= nowMs)),
    hurry: (nowMs) => {
      if (askAt === undefined) return
      askAt = nowMs
      asked = 0
    },
    takeQuestion: (nowMs) => {
      if (askAt === undefined || nowMs < askAt) return undefined
      askAt = nowMs + retryMs[Math.min(asked, retryMs.length - 1)]!
      asked += 1
      return renderArp(broadcastMac, {
        operation: arpOperation.request,
        senderMac: own.mac,
        senderAddress: own.address,
        targetMac: new Uint8Array(6),
        targetAddress: address,
      })
    },
    deadline: () => askAt,
  }
}
