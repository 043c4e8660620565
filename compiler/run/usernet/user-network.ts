import { broadcastMac } from './address.ts'
import type { Ipv4Address } from './address.ts'
import { arpOperation, parseArp, renderArp } from './arp.ts'
import { answerDhcp, dhcpDestination, dhcpPorts, parseDhcp } from './dhcp.ts'
import { parseDnsQuery, renderDnsAnswer } from './dns.ts'
import type { DnsFound, DnsQuestion } from './dns.ts'
import { ethernetHeaderBytes, etherType, parseEthernet } from './ethernet.ts'
import { answerEcho, renderUnreachable, unreachableCode } from './icmp.ts'
import { ipProtocol, ipv4HeaderBytes, parseIpv4 } from './ipv4.ts'
import type { Ipv4Packet } from './ipv4.ts'
import { ipFrame, ipPayloadAt } from './link.ts'
import type { LinkEnd } from './link.ts'
import { neighbor } from './neighbor.ts'
import { resetFor, TcpConnection } from './tcp-connection.ts'
import type { TcpEvents } from './tcp-connection.ts'
import { earlier } from './tcp-sender.ts'
import { parseTcp, tcpFlag, tcpHeaderLength, writeTcp } from './tcp-segment.ts'
import type { TcpHeader, TcpSegment } from './tcp-segment.ts'
import { timerWheel } from './timer-wheel.ts'
import { parseUdp, udpHeaderBytes, writeUdp } from './udp.ts'
import type { UdpDatagram } from './udp.ts'

const dnsPort = 53
/** Replies and datagrams that wait for the guest; beyond it they are lost, as on any link. */
const queuedFramesMax = 256
const ephemeralPorts = { first: 1024, count: 0x10000 - 1024 }

/** The guest's network, as QEMU's user network lays it out. */
export const addresses = {
  network: 0x0a000200,
  mask: 0xffffff00,
  host: 0x0a000202,
  dns: 0x0a000203,
  guest: 0x0a00020f,
} as const

const hostEnd: LinkEnd = { mac: Uint8Array.of(0x52, 0x55, 0x0a, 0x00, 0x02, 0x02), address: addresses.host }

/** A guest that opens a connection outwards; it waits until one of the two is called. */
export interface OutwardConnection {
  readonly address: Ipv4Address
  readonly port: number
  readonly accept: (events: TcpEvents) => TcpConnection
  readonly refuse: () => void
}

/** What lies behind the network; each is asked from within `receive`. */
export interface Outside {
  readonly onConnect: (connection: OutwardConnection) => void
  /** A datagram for an address outside; false when it is not let out. */
  readonly onDatagram: (address: Ipv4Address, datagram: UdpDatagram) => boolean
  /** A datagram for the host's own address, which a port forward may be waiting for. */
  readonly onHostDatagram: (datagram: UdpDatagram) => boolean
  /** A question for the name server, which may be answered later. */
  readonly onQuestion: (question: DnsQuestion, answer: (found: DnsFound) => void) => void
}

export interface UserNetworkOptions {
  readonly outside: Outside
  /** A steady clock in milliseconds. */
  readonly now: () => number
  /** Numbers in [0, 1), for initial sequence numbers. */
  readonly random: () => number
  /** `takeFrame` may have something, or `deadline` has moved. Called often: it should only take a note. */
  readonly wake: () => void
}

/**
 * The network behind the guest's card: gateway, DHCP and DNS server and the far end of every connection, all in
 * memory. Frames of the guest go in through `receive`; frames for it are made when `takeFrame` asks, so nothing piles
 * up while the guest has no room for them.
 */
export class UserNetwork {
  private readonly options: UserNetworkOptions
  private readonly guest = neighbor(hostEnd, addresses.guest)
  private readonly replies: Uint8Array[] = []
  private readonly datagrams: UdpDatagram[] = []
  private readonly connections = new Map<string, TcpConnection>()
  /** Outward connections that nobody has decided on. */
  private readonly pending = new Set<string>()
  /** Connections that may have a segment to send, taken in turn. */
  private readonly ready = new Set<string>()
  private nextPort: number
  /** Connections whose timers run, by when. */
  private readonly timers = timerWheel()

  constructor(options: UserNetworkOptions) {
    this.options = options
    this.nextPort = Math.floor(options.random() * ephemeralPorts.count)
  }

  /** Connections that are not closed, those in TIME-WAIT included. */
  get connectionCount(): number {
    return this.connections.size
  }

  /** When `expire` should be called next; may be earlier than necessary. */
  deadline(): number | undefined {
    return earlier(this.timers.deadline(), this.guest.deadline())
  }

  /** Takes a frame that the guest sent. */
  receive(frame: Uint8Array): void {
    const ethernet = parseEthernet(frame)
    if (ethernet === undefined) return
    if (ethernet.type === etherType.arp) this.receiveArp(ethernet.payload)
    else if (ethernet.type === etherType.ipv4) {
      const packet = parseIpv4(ethernet.payload)
      if (packet !== undefined) this.receiveIp(packet, ethernet.source)
    }
    this.options.wake()
  }

  /** The next frame for the guest, or undefined. */
  takeFrame(): Uint8Array | undefined {
    const reply = this.replies.shift()
    if (reply !== undefined) return reply
    const nowMs = this.options.now()
    const mac = this.guest.mac()
    if (mac === undefined) {
      if (this.ready.size > 0 || this.datagrams.length > 0) this.guest.want(nowMs)
      return this.guest.takeQuestion(nowMs)
    }
    const datagram = this.datagrams.shift()
    if (datagram !== undefined) return udpFrame(hostEnd, { mac, address: addresses.guest }, datagram)
    for (const key of this.ready) {
      this.ready.delete(key)
      const connection = this.connections.get(key)
      const output = connection?.take(nowMs)
      if (connection === undefined) continue
      this.note(key, connection)
      if (output === undefined) continue
      if (!connection.closed) this.ready.add(key) // behind the others: it may have more
      const from = { ...hostEnd, address: localAddressOf(key) }
      const frame = tcpFrame(from, { mac, address: addresses.guest }, output.header, output.payloadBytes)
      const payloadAt = frame.length - output.payloadBytes
      output.copyPayload(frame, payloadAt)
      writeTcp(frame, ipPayloadAt, { source: from.address, destination: addresses.guest }, output.header)
      return frame
    }
    return undefined
  }

  /** Lets time pass up to now. */
  expire(): void {
    const nowMs = this.options.now()
    for (const key of this.timers.takeDue(nowMs)) {
      const connection = this.connections.get(key)
      if (connection === undefined) continue
      const deadline = connection.deadline()
      if (deadline !== undefined && nowMs >= deadline) {
        connection.expire(nowMs)
        this.ready.add(key)
      }
      this.note(key, connection)
    }
    this.options.wake()
  }

  /** Opens a connection to a port of the guest; it waits until the guest has its address. */
  connect(guestPort: number, events: TcpEvents): TcpConnection | undefined {
    for (let tries = 0; tries < ephemeralPorts.count; tries++) {
      this.nextPort = (this.nextPort + 1) % ephemeralPorts.count
      const localPort = ephemeralPorts.first + this.nextPort
      const key = keyOf(addresses.host, localPort, guestPort)
      const old = this.connections.get(key)
      // Ports are used in turn, so one in TIME-WAIT has been there longest; the guest has closed its side.
      if (old !== undefined && !old.lingering) continue
      return this.add(key, { localPort, remotePort: guestPort }, events)
    }
    return undefined
  }

  /** Sends a datagram from the host's address to the guest. */
  sendDatagram(datagram: UdpDatagram): void {
    if (this.datagrams.length < queuedFramesMax) this.datagrams.push(datagram)
    this.options.wake()
  }

  private add(
    key: string,
    ports: { localPort: number; remotePort: number },
    events: TcpEvents,
    syn?: TcpSegment,
  ): TcpConnection {
    const onOutput = (): void => {
      this.ready.add(key)
      this.options.wake()
    }
    const initial = Math.floor(this.options.random() * 0x1_0000_0000)
    const connection = new TcpConnection(ports, initial, { ...events, onOutput }, syn)
    this.connections.set(key, connection)
    onOutput()
    return connection
  }

  /** Keeps track of a connection's timer, and forgets one that is over and has said its last. */
  private note(key: string, connection: TcpConnection): void {
    if (connection.closed && !this.ready.has(key)) return void this.connections.delete(key)
    const deadline = connection.deadline()
    if (deadline !== undefined) this.timers.set(key, deadline)
  }

  private reply(frame: Uint8Array): void {
    if (this.replies.length < queuedFramesMax) this.replies.push(frame)
  }

  private receiveArp(bytes: Uint8Array): void {
    const packet = parseArp(bytes)
    if (packet === undefined) return
    if (packet.senderAddress === addresses.guest) this.guest.learn(packet.senderMac)
    if (packet.operation !== arpOperation.request) return
    if (packet.targetAddress !== addresses.host && packet.targetAddress !== addresses.dns) return
    this.reply(
      renderArp(packet.senderMac, {
        operation: arpOperation.reply,
        senderMac: hostEnd.mac,
        senderAddress: packet.targetAddress,
        targetMac: packet.senderMac,
        targetAddress: packet.senderAddress,
      }),
    )
  }

  private receiveIp(packet: Ipv4Packet, mac: Uint8Array): void {
    if (packet.source === addresses.guest) this.guest.learn(mac.slice())
    const to = { mac: mac.slice(), address: packet.source }
    switch (packet.protocol) {
      case ipProtocol.icmp: {
        const answer =
          packet.destination === addresses.host || packet.destination === addresses.dns
            ? answerEcho(packet.payload)
            : undefined
        if (answer !== undefined)
          this.reply(payloadFrame({ ...hostEnd, address: packet.destination }, to, ipProtocol.icmp, answer))
        return
      }
      case ipProtocol.udp:
        return this.receiveUdp(packet, to)
      case ipProtocol.tcp: {
        const segment = packet.source === addresses.guest ? parseTcp(packet) : undefined
        if (segment !== undefined) this.receiveTcp(packet.destination, segment, to)
        return
      }
    }
  }

  private receiveUdp(packet: Ipv4Packet, to: LinkEnd): void {
    const datagram = parseUdp(packet)
    if (datagram === undefined) return
    if (datagram.destinationPort === dhcpPorts.server && datagram.sourcePort === dhcpPorts.client)
      return this.receiveDhcp(datagram, to)
    if (packet.destination === addresses.dns && datagram.destinationPort === dnsPort)
      return this.receiveQuestion(datagram, to)
    if (isGroup(packet.destination)) return
    const { outside } = this.options
    const toHost = packet.destination === addresses.host
    if (toHost ? outside.onHostDatagram(datagram) : outside.onDatagram(packet.destination, datagram)) return
    const code = toHost ? unreachableCode.port : unreachableCode.prohibited
    this.reply(payloadFrame(hostEnd, to, ipProtocol.icmp, renderUnreachable(packet, code)))
  }

  private receiveDhcp(datagram: UdpDatagram, from: LinkEnd): void {
    const request = parseDhcp(datagram.payload)
    if (request === undefined) return
    const lease = {
      address: addresses.guest,
      mask: addresses.mask,
      server: addresses.host,
      router: addresses.host,
      dns: addresses.dns,
    }
    const answer = answerDhcp(request, lease)
    if (answer === undefined) return
    const to = { mac: request.flags & 0x8000 ? broadcastMac : from.mac, address: dhcpDestination(request) }
    this.reply(
      udpFrame(hostEnd, to, {
        sourcePort: dhcpPorts.server,
        destinationPort: dhcpPorts.client,
        payload: answer,
      }),
    )
    this.guest.hurry(this.options.now())
  }

  private receiveQuestion(datagram: UdpDatagram, to: LinkEnd): void {
    const query = parseDnsQuery(datagram.payload)
    if (query === undefined) return
    const from = { ...hostEnd, address: addresses.dns }
    this.options.outside.onQuestion(query.question, (found) => {
      const payload = renderDnsAnswer(query, found)
      this.reply(udpFrame(from, to, { sourcePort: dnsPort, destinationPort: datagram.sourcePort, payload }))
      this.options.wake()
    })
  }

  private receiveTcp(destination: Ipv4Address, segment: TcpSegment, to: LinkEnd): void {
    const key = keyOf(destination, segment.destinationPort, segment.sourcePort)
    const nowMs = this.options.now()
    const connection = this.connections.get(key)
    const opens = (segment.flags & (tcpFlag.syn | tcpFlag.ack | tcpFlag.rst)) === tcpFlag.syn
    const reused = opens && connection !== undefined && connection.lingering
    if (connection !== undefined && !connection.closed && !reused) {
      connection.receive(segment, nowMs)
      this.ready.add(key)
      return this.note(key, connection)
    }
    if (opens) return this.receiveOpen(key, destination, segment, to)
    this.replyReset(destination, segment, to)
  }

  private receiveOpen(key: string, address: Ipv4Address, syn: TcpSegment, to: LinkEnd): void {
    if (this.pending.has(key)) return // a repeated SYN while the outside is being asked
    this.pending.add(key)
    // The segment is kept beyond this call: its payload is a view of a frame.
    const opening: TcpSegment = { ...syn, payload: new Uint8Array(0) }
    this.options.outside.onConnect({
      address,
      port: syn.destinationPort,
      accept: (events) => {
        this.pending.delete(key)
        return this.add(key, { localPort: syn.destinationPort, remotePort: syn.sourcePort }, events, opening)
      },
      refuse: () => {
        this.pending.delete(key)
        this.replyReset(address, opening, to)
        this.options.wake()
      },
    })
  }

  private replyReset(address: Ipv4Address, segment: TcpSegment, to: LinkEnd): void {
    const header = resetFor(segment)
    if (header === undefined) return
    const from = { ...hostEnd, address }
    const frame = tcpFrame(from, to, header, 0)
    writeTcp(frame, ipPayloadAt, { source: address, destination: to.address }, header)
    this.reply(frame)
  }
}

const keyOf = (localAddress: Ipv4Address, localPort: number, remotePort: number): string =>
  `${localAddress}:${localPort}:${remotePort}`

/** Whether an address stands for many: broadcast, ours or everywhere, or multicast. Nobody answers for those. */
const isGroup = (address: Ipv4Address): boolean =>
  address >>> 28 >= 0xe || address === (addresses.network | (~addresses.mask >>> 0)) >>> 0

const localAddressOf = (key: string): Ipv4Address => Number(key.slice(0, key.indexOf(':')))

function tcpFrame(from: LinkEnd, to: LinkEnd, header: TcpHeader, payloadBytes: number): Uint8Array {
  return ipFrame(from, to, ipProtocol.tcp, tcpHeaderLength(header) + payloadBytes)
}

function udpFrame(from: LinkEnd, to: LinkEnd, datagram: UdpDatagram): Uint8Array {
  const frame = ipFrame(from, to, ipProtocol.udp, udpHeaderBytes + datagram.payload.length)
  writeUdp(
    frame,
    ethernetHeaderBytes + ipv4HeaderBytes,
    { source: from.address, destination: to.address },
    datagram,
  )
  return frame
}

function payloadFrame(from: LinkEnd, to: LinkEnd, protocol: number, payload: Uint8Array): Uint8Array {
  const frame = ipFrame(from, to, protocol, payload.length)
  frame.set(payload, ipPayloadAt)
  return frame
}
