import * as dns from 'node:dns'
import * as net from 'node:net'
import type { AllowedPeer } from '../request.ts'
import { ipv4, renderIpv4 } from '../usernet/address.ts'
import type { Ipv4Address } from '../usernet/address.ts'
import { asksForAddress } from '../usernet/dns.ts'
import { addresses } from '../usernet/user-network.ts'
import type { Outside } from '../usernet/user-network.ts'
import { joinSocket } from './join-socket.ts'

/** Different refusals that are told; an app that scans ports would else flood the terminal. */
const noticesMax = 16

/** The guest's way out: shut, but for what `--allow-connect` names. */
export function outwardGate(
  allowed: readonly AllowedPeer[],
  onNotice: (text: string) => void,
  track: (socket: net.Socket) => void,
): Pick<Outside, 'onConnect' | 'onDatagram' | 'onQuestion'> {
  /** The names that the guest has asked for, by the addresses it was told. */
  const namesOf = new Map<Ipv4Address, Set<string>>()
  const told = new Set<string>()
  const tell = (what: string, place: string): void => {
    if (told.has(place) || told.size === noticesMax) return
    told.add(place)
    onNotice(`the app ${what}, and was refused: allow it with --allow-connect ${place}`)
  }
  const mayConnect = (address: Ipv4Address, port: number): boolean => {
    const names = new Set([renderIpv4(address), ...(namesOf.get(address) ?? [])])
    if (address === addresses.host) ['localhost', '127.0.0.1'].forEach((name) => names.add(name))
    return allowed.some(
      (peer) => (peer.host === '*' || names.has(peer.host)) && (peer.port === 0 || peer.port === port),
    )
  }
  return {
    onConnect: ({ address, port, accept, refuse }) => {
      const place = `${renderIpv4(address)}:${port}`
      const inside = ((address ^ addresses.network) & addresses.mask) === 0 && address !== addresses.host
      if (inside) return refuse()
      if (!mayConnect(address, port)) {
        tell(`tried to connect to ${place}`, place)
        return refuse()
      }
      // The gateway's address stands for this machine.
      const host = address === addresses.host ? '127.0.0.1' : renderIpv4(address)
      const socket = net.connect({ host, port, allowHalfOpen: true })
      track(socket)
      socket.once('error', refuse)
      socket.once('connect', () => {
        socket.off('error', refuse)
        joinSocket(socket, accept)
      })
    },
    onDatagram: (address, datagram) => {
      onNoticeOnce(
        told,
        onNotice,
        `the app sent a UDP datagram to ${renderIpv4(address)}:${datagram.destinationPort}; only TCP is let out`,
      )
      return false
    },
    onQuestion: (question, answer) => {
      if (
        !allowed.some(
          (peer) => peer.host === question.name || (peer.host === '*' && question.name.includes('.')),
        )
      ) {
        tell(`asked for the address of ${question.name}`, `${question.name}:PORT`)
        return answer('refused')
      }
      if (!asksForAddress(question)) return answer([])
      dns.lookup(question.name, { family: 4, all: true }, (error, found) => {
        if (error !== null) return answer('refused')
        const list = found.map((entry) => ipv4(entry.address)).filter((address) => address >>> 24 !== 127)
        for (const address of list)
          namesOf.set(address, (namesOf.get(address) ?? new Set()).add(question.name))
        answer(list.length < found.length ? [...list, addresses.host] : list)
      })
    },
  }
}

function onNoticeOnce(told: Set<string>, onNotice: (text: string) => void, text: string): void {
  if (told.has(text) || told.size === noticesMax) return
  told.add(text)
  onNotice(text)
}
