import { arpOperation, parseArp, renderArp } from '../arp.ts'
import { etherType, parseEthernet } from '../ethernet.ts'
import { ipProtocol, parseIpv4 } from '../ipv4.ts'
import type { Ipv4Packet } from '../ipv4.ts'
import { ipFrame, ipPayloadAt } from '../link.ts'
import { resetFor, TcpConnection } from '../tcp-connection.ts'
import type { TcpEvents } from '../tcp-connection.ts'
import { parseTcp, tcpFlag, tcpHeaderLength, writeTcp } from '../tcp-segment.ts'
import type { TcpHeader, TcpSegment } from '../tcp-segment.ts'
import { earlier } from '../tcp-sender.ts'
import { udpHeaderBytes, writeUdp } from '../udp.ts'
import type { UdpDatagram } from '../udp.ts'
import { addresses } from '../user-network.ts'

const mac = Uint8Array.of(0x52, 0x54, 0, 0x12, 0x34, 0x56)
const self = { mac, address: addresses.guest }
const gateway = { mac: Uint8Array.of(0x52, 0x55, 0x0a, 0, 2, 2), address: addresses.host }

/** A guest with an address and TCP: the peer of the user-mode network in simulations. */
export class SimulatedGuest {
  /** IPv4 packets that are not TCP, and resets, as they came. */
  readonly packets: Ipv4Packet[] = []
  readonly connections = new Map<string, TcpConnection>()
  /** While true, the guest hears nothing. */
  deaf = false
  private readonly listeners = new Map<number, (connection: () => TcpConnection) => TcpEvents>()
  private readonly frames: Uint8Array[] = []
  private readonly now: () => number
  private readonly random: () => number

  constructor(now: () => number, random: () => number) {
    this.now = now
    this.random = random
  }

  listen(port: number, accept: (connection: () => TcpConnection) => TcpEvents): void {
    this.listeners.set(port, accept)
  }

  connect(address: number, port: number, localPort: number, events: TcpEvents): TcpConnection {
    const connection = new TcpConnection({ localPort, remotePort: port }, this.isn(), events)
    this.connections.set(`${address}:${localPort}:${port}`, connection)
    return connection
  }

  send(frame: Uint8Array): void {
    this.frames.push(frame)
  }

  receive(frame: Uint8Array): void {
    if (this.deaf) return
    const ethernet = parseEthernet(frame)
    if (ethernet?.type === etherType.arp) this.receiveArp(ethernet.payload)
    const packet = ethernet?.type === etherType.ipv4 ? parseIpv4(ethernet.payload) : undefined
    if (packet === undefined) return
    if (packet.protocol !== ipProtocol.tcp) return void this.packets.push(packet)
    const segment = parseTcp(packet)
    if (segment === undefined) throw new Error('the network sent a bad segment')
    if (segment.flags & tcpFlag.rst) this.packets.push(packet)
    this.receiveTcp(packet.source, segment)
  }

  takeFrame(): Uint8Array | undefined {
    const frame = this.frames.shift()
    if (frame !== undefined) return frame
    for (const [key, connection] of this.connections) {
      const output = connection.take(this.now())
      if (output === undefined) {
        if (connection.closed) this.connections.delete(key)
        continue
      }
      return tcpFrame(Number(key.split(':')[0]), output.header, output.payloadBytes, output.copyPayload)
    }
    return undefined
  }

  deadline(): number | undefined {
    let deadline: number | undefined
    for (const connection of this.connections.values()) deadline = earlier(deadline, connection.deadline())
    return deadline
  }

  expire(): void {
    for (const connection of this.connections.values()) connection.expire(this.now())
  }

  private isn(): number {
    return Math.floor(this.random() * 0x1_0000_0000)
  }

  private receiveArp(bytes: Uint8Array): void {
    const question = parseArp(bytes)
    if (question?.operation !== arpOperation.request || question.targetAddress !== self.address) return
    this.send(
      renderArp(question.senderMac, {
        operation: arpOperation.reply,
        senderMac: mac,
        senderAddress: self.address,
        targetMac: question.senderMac,
        targetAddress: question.senderAddress,
      }),
    )
  }

  private receiveTcp(source: number, segment: TcpSegment): void {
    const key = `${source}:${segment.destinationPort}:${segment.sourcePort}`
    const known = this.connections.get(key)
    if (known !== undefined && !known.closed) return known.receive(segment, this.now())
    const accept = this.listeners.get(segment.destinationPort)
    if (accept === undefined || (segment.flags & (tcpFlag.syn | tcpFlag.ack)) !== tcpFlag.syn) {
      const reset = resetFor(segment)
      if (reset !== undefined) this.send(tcpFrame(source, reset, 0, () => {}))
      return
    }
    const ports = { localPort: segment.destinationPort, remotePort: segment.sourcePort }
    const connection: TcpConnection = new TcpConnection(
      ports,
      this.isn(),
      accept(() => connection),
      segment,
    )
    this.connections.set(key, connection)
  }
}

/** A frame from the guest to an address behind the gateway. */
export function tcpFrame(
  destination: number,
  header: TcpHeader,
  payloadBytes: number,
  copy: (target: Uint8Array, at: number) => void,
): Uint8Array {
  const to = { ...gateway, address: destination }
  const frame = ipFrame(self, to, ipProtocol.tcp, tcpHeaderLength(header) + payloadBytes)
  copy(frame, frame.length - payloadBytes)
  writeTcp(frame, ipPayloadAt, { source: self.address, destination }, header)
  return frame
}

/** A frame from the guest with any IPv4 payload. */
export function guestFrame(destination: number, protocol: number, payload: Uint8Array): Uint8Array {
  const frame = ipFrame(self, { ...gateway, address: destination }, protocol, payload.length)
  frame.set(payload, ipPayloadAt)
  return frame
}

/** A frame from the guest with a datagram. */
export function udpGuestFrame(destination: number, datagram: UdpDatagram): Uint8Array {
  const frame = guestFrame(
    destination,
    ipProtocol.udp,
    new Uint8Array(udpHeaderBytes + datagram.payload.length),
  )
  writeUdp(frame, ipPayloadAt, { source: self.address, destination }, datagram)
  return frame
}

/** A client's DHCPDISCOVER, laid out as RFC 2131 figure 1 has it. */
export function dhcpDiscover(): UdpDatagram {
  const payload = new Uint8Array(244)
  payload.set([1, 1, 6, 0, 1, 2, 3, 4])
  payload.set(mac, 28)
  payload.set([0x63, 0x82, 0x53, 0x63, 53, 1, 1, 255], 236)
  return { sourcePort: 68, destinationPort: 67, payload }
}

/** A question for the IPv4 addresses of a name. */
export function dnsQuestion(name: string): UdpDatagram {
  const labels = name.split('.').flatMap((label) => [label.length, ...Buffer.from(label)])
  const payload = Uint8Array.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, ...labels, 0, 0, 1, 0, 1])
  return { sourcePort: 5000, destinationPort: 53, payload }
}
