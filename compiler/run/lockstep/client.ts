import { ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import { guestMac } from '../guest-network.ts'
import { arpOperation, parseArp, renderArp } from '../usernet/arp.ts'
import { answerDhcp, dhcpDestination, dhcpPorts, parseDhcp } from '../usernet/dhcp.ts'
import { broadcastAddress, broadcastMac } from '../usernet/address.ts'
import { etherType, parseEthernet } from '../usernet/ethernet.ts'
import { ipProtocol, parseIpv4 } from '../usernet/ipv4.ts'
import { ipFrame, ipPayloadAt, type LinkEnd } from '../usernet/link.ts'
import { addSequence } from '../usernet/sequence.ts'
import { parseTcp, tcpFlag, tcpHeaderLength, writeTcp, type TcpSegment } from '../usernet/tcp-segment.ts'
import { parseUdp, udpHeaderBytes, writeUdp } from '../usernet/udp.ts'
import { addresses } from '../usernet/user-network.ts'

/**
 * Runs the guest on until it has nothing to do, with a frame handed in first; returns what it has sent, or undefined when only a frame
 * can wake it.
 */
export type Turn = (frame?: Uint8Array) => Promise<Result<readonly Uint8Array[] | undefined>>

/** A connection as its client sees it. */
export interface LockStepConnection {
  /** Sends bytes in one segment, which acknowledges all that has come, and runs on until `isWhole` says that the answer is there. */
  readonly request: (
    bytes: Uint8Array,
    isWhole: (answer: Uint8Array) => boolean,
  ) => Promise<Result<Uint8Array | undefined>>
  /** Closes from this side: our FIN, the guest's, our last ACK. False when the guest does not follow. */
  readonly close: () => Promise<Result<boolean>>
}

/**
 * The other end of the guest's network, in lock step: it speaks only while the guest has nothing to do, one frame at a time, and no
 * clock but the guest's runs. So what the guest does is the same on every run. There is no loss here, and nothing is sent twice.
 */
export interface LockStepClient {
  /** Answers the guest's questions (DHCP, ARP) until it has none, beginning with those in what it has `sent` already. */
  readonly settle: (sent: readonly Uint8Array[]) => Promise<Result<void>>
  /** SYN, the guest's SYN-ACK, ACK; undefined when the guest does not answer with one. */
  readonly connect: (port: number) => Promise<Result<LockStepConnection | undefined>>
}

/** Idle moments in a row that say nothing new before an answer is taken for missing; the guest's timers fire in between. */
const idleMax = 200
/** Idle moments without a frame after which the guest is taken to have its address. */
const quietMax = 4
const ourWindow = 65_535
const mss = 1460
const firstPort = 40_000

const us: LinkEnd = { mac: Uint8Array.of(0x52, 0x55, 0x0a, 0x00, 0x02, 0x02), address: addresses.host }
const guest: LinkEnd = { mac: guestMac, address: addresses.guest }

export function lockStepClient(turn: Turn): LockStepClient {
  const replies: Uint8Array[] = []
  const listeners = new Map<number, (segment: TcpSegment) => void>()
  let nextPort = firstPort

  const receive = (frame: Uint8Array): void => {
    const ethernet = parseEthernet(frame)
    if (ethernet?.type === etherType.arp) {
      const arp = parseArp(ethernet.payload)
      // An announcement or probe for an address of its own gets no answer, as on any link.
      if (arp?.operation === arpOperation.request && isOurs(arp.targetAddress))
        replies.push(
          renderArp(ethernet.source, {
            operation: arpOperation.reply,
            senderMac: us.mac,
            senderAddress: arp.targetAddress,
            targetMac: arp.senderMac,
            targetAddress: arp.senderAddress,
          }),
        )
      return
    }
    const packet = ethernet?.type === etherType.ipv4 ? parseIpv4(ethernet.payload) : undefined
    if (packet?.protocol === ipProtocol.tcp) {
      const segment = parseTcp(packet)
      if (segment) listeners.get(segment.destinationPort)?.(segment)
    } else if (packet?.protocol === ipProtocol.udp) {
      const datagram = parseUdp(packet)
      const reply = datagram?.destinationPort === dhcpPorts.server && dhcpReply(datagram.payload)
      if (reply) replies.push(reply)
    }
  }
  /** One frame in, or none; then whatever the guest has asked meanwhile is answered. */
  const exchange = async (frame?: Uint8Array): Promise<Result<number | 'asleep'>> => {
    let next = frame
    let heard = 0
    for (;;) {
      const sent = await turn(next)
      if (!sent.ok) return sent
      if (sent.value === undefined) return ok('asleep')
      heard += sent.value.length
      for (const one of sent.value) receive(one)
      next = replies.shift()
      if (next === undefined) return ok(heard)
    }
  }

  const connect: LockStepClient['connect'] = async (port) => {
    const ourPort = nextPort++
    let sequence = 1000 * ourPort
    let expected = 0
    let established = false
    let ended = false
    let answer: Uint8Array[] = []
    let unacknowledged = 0
    listeners.set(ourPort, (segment) => {
      const { syn, ack, fin, rst } = tcpFlag
      if (segment.flags & rst) ended = true
      else if ((segment.flags & (syn | ack)) === (syn | ack)) {
        expected = addSequence(segment.sequence, 1)
        established = true
      } else if (segment.sequence === expected) {
        if (segment.payload.length > 0) answer.push(segment.payload.slice())
        expected = addSequence(expected, segment.payload.length)
        unacknowledged += segment.payload.length
        if (segment.flags & fin) {
          expected = addSequence(expected, 1)
          ended = true
        }
      }
    })
    const frameOf = (flags: number, payload: Uint8Array = new Uint8Array(0)): Uint8Array => {
      const isSyn = (flags & tcpFlag.syn) !== 0
      const header = {
        sourcePort: ourPort,
        destinationPort: port,
        sequence,
        acknowledgment: expected,
        flags,
        window: ourWindow,
        ...(isSyn ? { mss } : {}),
      }
      const frame = ipFrame(us, guest, ipProtocol.tcp, tcpHeaderLength(header) + payload.length)
      frame.set(payload, ipPayloadAt + tcpHeaderLength(header))
      writeTcp(frame, ipPayloadAt, { source: us.address, destination: guest.address }, header)
      sequence = addSequence(sequence, payload.length + (flags & (tcpFlag.syn | tcpFlag.fin) ? 1 : 0))
      unacknowledged = 0
      return frame
    }
    /** Runs on until `done`; acknowledges what comes in between. */
    const until = async (first: Uint8Array, done: () => boolean): Promise<Result<boolean>> => {
      let next: Uint8Array | undefined = first
      for (let idles = 0; idles < idleMax; idles++) {
        const heard = await exchange(next)
        if (!heard.ok) return heard
        if (done()) return ok(true)
        if (ended || heard.value === 'asleep') return ok(false)
        next = unacknowledged > 0 ? frameOf(tcpFlag.ack) : undefined
        if (next) idles = 0
      }
      return ok(false)
    }

    const opened = await until(frameOf(tcpFlag.syn), () => established)
    if (!opened.ok) return opened
    if (!opened.value) return ok(undefined)
    const acknowledged = await exchange(frameOf(tcpFlag.ack))
    if (!acknowledged.ok) return acknowledged
    return ok({
      request: async (bytes, isWhole) => {
        answer = []
        const whole = (): Uint8Array => joined(answer)
        const came = await until(frameOf(tcpFlag.psh | tcpFlag.ack, bytes), () => isWhole(whole()))
        if (!came.ok) return came
        return ok(came.value || isWhole(whole()) ? whole() : undefined)
      },
      close: async () => {
        const closed = await until(frameOf(tcpFlag.fin | tcpFlag.ack), () => ended)
        if (!closed.ok || !closed.value) return closed
        const last = await exchange(frameOf(tcpFlag.ack))
        listeners.delete(ourPort)
        return last.ok ? ok(true) : last
      },
    })
  }
  return {
    connect,
    settle: async (sent) => {
      for (const frame of sent) receive(frame)
      for (let quiet = 0; quiet < quietMax;) {
        const heard = await exchange(replies.shift())
        if (!heard.ok) return heard
        if (heard.value === 'asleep') break
        quiet = heard.value > 0 ? 0 : quiet + 1
      }
      return ok(undefined)
    },
  }
}

const isOurs = (address: number): boolean => address === addresses.host || address === addresses.dns

/** The frame that answers a DHCP message, when one is due. */
function dhcpReply(message: Uint8Array): Uint8Array | undefined {
  const request = parseDhcp(message)
  const lease = {
    address: addresses.guest,
    mask: addresses.mask,
    server: addresses.host,
    router: addresses.host,
    dns: addresses.dns,
  }
  const payload = request && answerDhcp(request, lease)
  if (!payload) return undefined
  const address = dhcpDestination(request)
  const to: LinkEnd = { mac: address === broadcastAddress ? broadcastMac : guestMac, address }
  const frame = ipFrame(us, to, ipProtocol.udp, udpHeaderBytes + payload.length)
  writeUdp(
    frame,
    ipPayloadAt,
    { source: us.address, destination: address },
    { sourcePort: dhcpPorts.server, destinationPort: dhcpPorts.client, payload },
  )
  return frame
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
