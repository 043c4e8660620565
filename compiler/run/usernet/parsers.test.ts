import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ipv4, renderIpv4 } from './address.ts'
import { parseArp, renderArp } from './arp.ts'
import { byteQueue } from './byte-queue.ts'
import { addToSum, finishSum } from './checksum.ts'
import { answerDhcp, dhcpType, parseDhcp } from './dhcp.ts'
import { parseDnsQuery, renderDnsAnswer } from './dns.ts'
import { ethernetHeaderBytes, parseEthernet } from './ethernet.ts'
import { answerEcho, renderUnreachable } from './icmp.ts'
import { ipProtocol, parseIpv4 } from './ipv4.ts'
import { ipFrame, ipPayloadAt } from './link.ts'
import { distance } from './sequence.ts'
import { tcpReceiver } from './tcp-receiver.ts'
import { parseTcp, tcpFlag, tcpHeaderLength, writeTcp } from './tcp-segment.ts'
import type { TcpHeader } from './tcp-segment.ts'
import { dhcpDiscover, dnsQuestion, guestFrame, tcpFrame, udpGuestFrame } from './testing/simulated-guest.ts'
import { pattern, simulate } from './testing/simulation.ts'
import { addresses } from './user-network.ts'
import { parseUdp } from './udp.ts'

const port = fc.integer({ min: 0, max: 0xffff })
const number32 = fc.nat(0xffffffff)
const header: fc.Arbitrary<TcpHeader> = fc.record(
  {
    sourcePort: port,
    destinationPort: port,
    sequence: number32,
    acknowledgment: number32,
    flags: fc.nat(0x3f),
    window: port,
    mss: port,
    windowScale: fc.nat(14),
  },
  { requiredKeys: ['sourcePort', 'destinationPort', 'sequence', 'acknowledgment', 'flags', 'window'] },
)
const ends = [
  { mac: new Uint8Array(6).fill(1), address: ipv4('10.0.2.15') },
  { mac: new Uint8Array(6).fill(2), address: ipv4('192.0.2.200') },
] as const

describe('formats', () => {
  it('sum as RFC 1071 does in its example', () => {
    expect(addToSum(0, Uint8Array.of(0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7))).toBe(0x2ddf0)
    expect(finishSum(0x2ddf0)).toBe(~0xddf2 & 0xffff)
  })

  it('read an IPv4 header as others write it', () => {
    // The worked example of Wikipedia's page on the IPv4 header checksum.
    const bytes = Buffer.from('45000073000040004011b861c0a80001c0a800c7', 'hex')
    const packet = parseIpv4(Buffer.concat([bytes, Buffer.alloc(0x73 - 20)]))!
    expect([
      packet.protocol,
      renderIpv4(packet.source),
      renderIpv4(packet.destination),
      packet.payload.length,
    ]).toEqual([17, '192.168.0.1', '192.168.0.199', 0x73 - 20])
    bytes[8] = 0x41
    expect(parseIpv4(Buffer.concat([bytes, Buffer.alloc(0x73 - 20)]))).toBeUndefined()
  })

  it('carry any TCP segment there and back', () => {
    fc.assert(
      fc.property(header, fc.uint8Array({ maxLength: 100 }), (written, payload) => {
        const frame = ipFrame(ends[0], ends[1], ipProtocol.tcp, tcpHeaderLength(written) + payload.length)
        frame.set(payload, frame.length - payload.length)
        writeTcp(frame, ipPayloadAt, { source: ends[0].address, destination: ends[1].address }, written)
        const packet = parseIpv4(parseEthernet(frame)!.payload)!
        const segment = parseTcp(packet)!
        expect({ ...segment, payload: [...segment.payload] }).toEqual({ ...written, payload: [...payload] })
        frame[ipPayloadAt + 4]! ^= 0x10
        expect(parseTcp(parseIpv4(frame.subarray(ethernetHeaderBytes))!)).toBeUndefined()
      }),
    )
  })

  it('carry any UDP datagram there and back', () => {
    fc.assert(
      fc.property(port, port, fc.uint8Array({ maxLength: 100 }), (sourcePort, destinationPort, payload) => {
        const frame = udpGuestFrame(ends[1].address, { sourcePort, destinationPort, payload })
        const datagram = parseUdp(parseIpv4(parseEthernet(frame)!.payload)!)!
        expect({ ...datagram, payload: [...datagram.payload] }).toEqual({
          sourcePort,
          destinationPort,
          payload: [...payload],
        })
      }),
    )
  })

  it('carry ARP there and back', () => {
    const packet = {
      operation: 1,
      senderMac: ends[0].mac,
      senderAddress: 1,
      targetMac: ends[1].mac,
      targetAddress: 0xfffffffe,
    }
    expect(parseArp(renderArp(ends[1].mac, packet).subarray(ethernetHeaderBytes))).toEqual(packet)
  })
})

describe('parsers take any bytes', () => {
  const parsers = { parseEthernet, parseArp, parseIpv4, parseDhcp, parseDnsQuery, answerEcho }
  it.each(Object.entries(parsers))('%s', (_, parse) => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => void parse(bytes)))
  })

  it('as payload of a packet', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (payload) => {
        const packet = { protocol: 0, source: 1, destination: 2, payload, quote: payload }
        parseTcp(packet)
        parseUdp(packet)
        renderUnreachable(packet, 3)
      }),
    )
  })
})

describe('the network', () => {
  it('takes any frame, whole, damaged or made up, and its memory stays bounded', () => {
    const { network } = simulate(1)
    const valid = [
      tcpFrame(
        addresses.host,
        { sourcePort: 80, destinationPort: 5, sequence: 1, acknowledgment: 2, flags: tcpFlag.ack, window: 3 },
        0,
        () => {},
      ),
      tcpFrame(
        0x08080808,
        {
          sourcePort: 9,
          destinationPort: 80,
          sequence: 1,
          acknowledgment: 0,
          flags: tcpFlag.syn,
          window: 3,
          mss: 1460,
        },
        0,
        () => {},
      ),
      udpGuestFrame(addresses.host, dhcpDiscover()),
      udpGuestFrame(addresses.dns, dnsQuestion('example.com')),
      guestFrame(addresses.host, ipProtocol.icmp, Uint8Array.of(8, 0, 0xf7, 0xff, 0, 0, 0, 0)),
    ]
    const damaged = fc
      .tuple(fc.constantFrom(...valid), fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 }))
      .map(([frame, changes]) => {
        const copy = frame.slice()
        for (const [at, value] of changes) copy[at % copy.length] = value
        return copy
      })
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 1600 })), (frame) => network.receive(frame)),
      { numRuns: 3000 },
    )
    let count = 0
    while (network.takeFrame() !== undefined) count += 1
    expect(count).toBeLessThanOrEqual(256)
    expect(network.connectionCount).toBe(0)
  })

  it('takes any segments for a connection that is open, without error or growth', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.array(fc.tuple(header, fc.uint8Array({ maxLength: 50 })), { maxLength: 30 }),
        (seed, segments) => {
          const { network, guest, run } = simulate(seed)
          guest.listen(80, () => ({}))
          let open = false
          const connection = network.connect(80, { onOpen: () => (open = true) })!
          connection.write(pattern(5000))
          run(() => open)
          for (const [wild, payload] of segments) {
            const near = { ...wild, sourcePort: 80, destinationPort: connection.ports.localPort }
            network.receive(
              tcpFrame(addresses.host, near, payload.length, (target, at) => target.set(payload, at)),
            )
            for (let i = 0; i < 10; i++) network.takeFrame()
          }
          expect(connection.queuedBytes).toBeLessThanOrEqual(5000)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('leases one address, and refuses another', () => {
    const lease = {
      address: addresses.guest,
      mask: addresses.mask,
      server: addresses.host,
      router: addresses.host,
      dns: addresses.dns,
    }
    const discover = parseDhcp(dhcpDiscover().payload)!
    const offer = answerDhcp(discover, lease)!
    expect(new DataView(offer.buffer).getUint32(16)).toBe(addresses.guest)
    const typeOf = (message: Uint8Array): number => message[242]!
    expect(typeOf(offer)).toBe(dhcpType.offer)
    const request = { ...discover, type: dhcpType.request, serverAddress: addresses.host }
    expect(typeOf(answerDhcp({ ...request, requestedAddress: addresses.guest }, lease)!)).toBe(dhcpType.ack)
    expect(typeOf(answerDhcp({ ...request, requestedAddress: 1 }, lease)!)).toBe(dhcpType.nak)
    expect(
      answerDhcp({ ...request, serverAddress: 1, requestedAddress: addresses.guest }, lease),
    ).toBeUndefined()
    expect(answerDhcp({ ...discover, type: dhcpType.release }, lease)).toBeUndefined()
  })

  it('answers ping, ARP and DHCP, refuses names, and says that UDP ports are closed', () => {
    const { network, guest, run } = simulate(1)
    guest.send(guestFrame(addresses.host, ipProtocol.icmp, Uint8Array.of(8, 0, 0xf7, 0xfd, 0, 0, 0, 2)))
    guest.send(udpGuestFrame(addresses.dns, dnsQuestion('example.com')))
    guest.send(udpGuestFrame(addresses.host, { sourcePort: 1, destinationPort: 9, payload: pattern(3) }))
    guest.send(udpGuestFrame(0x08080808, { sourcePort: 1, destinationPort: 9, payload: pattern(3) }))
    guest.send(udpGuestFrame(0xffffffff, { sourcePort: 1, destinationPort: 9, payload: pattern(3) }))
    guest.send(udpGuestFrame(addresses.host, dhcpDiscover()))
    expect(run(() => guest.packets.length === 5, 60_000)).toBe(true)
    const [pong, refusal, closed, prohibited, offer] = guest.packets
    expect([...pong!.payload]).toEqual([0, 0, 0xff, 0xfd, 0, 0, 0, 2])
    expect(parseUdp(refusal!)!.payload[3]! & 0xf).toBe(5)
    expect([...closed!.payload.subarray(0, 2)]).toEqual([3, 3])
    expect([...prohibited!.payload.subarray(0, 2)]).toEqual([3, 13])
    expect(parseUdp(offer!)!.destinationPort).toBe(68)
    expect(network.connectionCount).toBe(0)
  })

  it('sends no SYN before the guest has its address, and then at once', () => {
    const { network, guest, run, nowMs } = simulate(1)
    guest.listen(80, () => ({}))
    guest.deaf = true
    let openMs: number | undefined
    network.connect(80, { onOpen: () => (openMs = nowMs()) })
    run(() => nowMs() > 1500)
    guest.deaf = false
    const wokenMs = nowMs()
    guest.send(udpGuestFrame(addresses.host, dhcpDiscover()))
    expect(run(() => openMs !== undefined, 60_000)).toBe(true)
    expect(openMs! - wokenMs).toBeLessThan(5)
  })
})

it('answers a name with addresses', () => {
  const query = parseDnsQuery(dnsQuestion('Example.COM').payload)!
  expect(query.question).toEqual({ name: 'example.com', type: 1, class: 1 })
  const answer = renderDnsAnswer(query, [ipv4('192.0.2.1')])
  expect(answer[3]! & 0xf).toBe(0)
  expect([...answer.subarray(-4)]).toEqual([192, 0, 2, 1])
  expect(renderDnsAnswer(query, 'refused')[3]! & 0xf).toBe(5)
})

it('a byte queue behaves as an array', () => {
  const step = fc.oneof(
    fc.record({ push: fc.uint8Array({ maxLength: 3000 }) }),
    fc.record({ drop: fc.nat(3000) }),
    fc.record({ offset: fc.nat(3000), copy: fc.nat(3000) }),
  )
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const queue = byteQueue()
      let model: number[] = []
      for (const what of steps) {
        if ('push' in what) {
          queue.push(what.push)
          model.push(...what.push)
        } else if ('drop' in what) {
          const count = Math.min(what.drop, model.length)
          queue.drop(count)
          model = model.slice(count)
        } else {
          const offset = Math.min(what.offset, model.length)
          const count = Math.min(what.copy, model.length - offset)
          const target = new Uint8Array(count)
          queue.copy(offset, count, target, 0)
          expect([...target]).toEqual(model.slice(offset, offset + count))
        }
        expect(queue.length()).toBe(model.length)
      }
    }),
  )
})

it('a receiver delivers the stream once and in order, whatever order its pieces come in', () => {
  const stream = pattern(4000)
  const piece = fc.tuple(fc.nat(3999), fc.integer({ min: 1, max: 700 }))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.nat(0xffffffff), (pieces, initial) => {
      const receiver = tcpReceiver(64 * 1024)
      receiver.start(initial, 0)
      const sequenceOf = (at: number): number => (initial + 1 + at) >>> 0
      const out: number[] = []
      const feed = (from: number, length: number): void => {
        const to = Math.min(from + length, stream.length)
        const fin = to === stream.length
        for (const bytes of receiver.receive(sequenceOf(from), stream.subarray(from, to), fin).bytes)
          out.push(...bytes)
        receiver.taken(receiver.untaken())
        receiver.advertise()
      }
      for (const [from, length] of pieces) feed(from, length)
      for (let at = 0; at < stream.length; at += 100) feed(at, 150)
      expect(Buffer.compare(Buffer.from(out), stream)).toBe(0)
      expect(receiver.finished()).toBe(true)
      expect(distance(receiver.next(), sequenceOf(stream.length))).toBe(1) // behind the FIN
    }),
  )
})
