import { addSequence, distance } from './sequence.ts'
import type { Sequence } from './sequence.ts'
import { tcpReceiver } from './tcp-receiver.ts'
import { earlier, tcpSender } from './tcp-sender.ts'
import type { Outgoing } from './tcp-sender.ts'
import { tcpFlag } from './tcp-segment.ts'
import type { TcpHeader, TcpSegment } from './tcp-segment.ts'

/** The largest segment that fits a link of 1500 bytes. */
export const ownMss = 1460
const windowBytes = 256 * 1024
const windowScale = 3
/** How much the window has grown before the peer is told apart from an acknowledgment. */
const updateBytes = 16 * ownMss
/** Shorter than twice the lifetime of a segment: nothing stays in this link for longer. */
const timeWaitMs = 5000

export type TcpCloseReason =
  /** Both sides have ended and said so. */
  | 'done'
  /** The peer reset the connection. */
  | 'reset'
  /** The peer refused it. */
  | 'refused'
  /** The peer stopped answering. */
  | 'timeout'
  /** `abort` was called. */
  | 'aborted'

/** What happens on a connection; called from `receive`, `expire` or `abort`. */
export interface TcpEvents {
  readonly onOpen?: () => void
  readonly onData?: (bytes: Uint8Array) => void
  /** The peer will send no more. */
  readonly onEnd?: () => void
  /** Bytes of the send queue were acknowledged. */
  readonly onSent?: () => void
  readonly onClose?: (reason: TcpCloseReason) => void
  /** `take` may have a segment. */
  readonly onOutput?: () => void
}

export interface TcpPorts {
  readonly localPort: number
  readonly remotePort: number
}

/** A segment to be put on the wire. */
export interface TcpOutput {
  readonly header: TcpHeader
  readonly payloadBytes: number
  readonly copyPayload: (target: Uint8Array, at: number) => void
}

type Phase = 'syn-sent' | 'syn-received' | 'open' | 'time-wait' | 'closed'

/**
 * One TCP connection (RFC 9293, RFC 7323 window scaling, RFC 5961 section 3 and 4), driven from outside: segments go in
 * through `receive`, come out through `take` when the wire has room, and time is passed in. The states of the RFC are
 * `phase` and the two halves: FIN-WAIT, CLOSE-WAIT and so on follow from whose FIN has been sent and acknowledged.
 */
export class TcpConnection {
  readonly ports: TcpPorts
  private readonly events: TcpEvents
  private readonly sender: ReturnType<typeof tcpSender>
  private readonly receiver = tcpReceiver(windowBytes)
  private readonly initial: Sequence
  private phase: Phase
  private synDue: boolean
  private ackDue = false
  /** Segments ahead of order since the last that was not: each owes an acknowledgment of its own (RFC 5681 section 4.2). */
  private repeatsDue = 0
  private resetDue: Pick<TcpHeader, 'sequence' | 'acknowledgment' | 'flags'> | undefined
  private peerScale = 0
  private scaling = false
  private finCameFirst = false
  private timeWaitUntil: number | undefined

  /** Opens actively, or passively when `syn` is the segment that asked for the connection. */
  constructor(ports: TcpPorts, initial: Sequence, events: TcpEvents, syn?: TcpSegment) {
    this.ports = ports
    this.initial = initial
    this.events = events
    this.sender = tcpSender(initial)
    this.phase = syn === undefined ? 'syn-sent' : 'syn-received'
    this.synDue = true
    if (syn !== undefined) this.takeSyn(syn)
  }

  get closed(): boolean {
    return this.phase === 'closed'
  }

  /** Nothing more to say or hear; only waits for stray segments. */
  get lingering(): boolean {
    return this.phase === 'time-wait'
  }

  get queuedBytes(): number {
    return this.sender.queuedBytes()
  }

  /** Queues bytes for the peer. There is no limit: `queuedBytes` and `onSent` are for keeping one. */
  write(bytes: Uint8Array): void {
    if (this.phase === 'closed' || this.phase === 'time-wait' || this.sender.finishing()) return
    this.sender.write(bytes)
    this.events.onOutput?.()
  }

  /** Ends our direction once everything queued is sent. */
  end(): void {
    this.sender.finish()
    this.events.onOutput?.()
  }

  /** So many bytes given to `onData` have been used up: the window may open again. */
  consumed(byteCount: number): void {
    this.receiver.taken(byteCount)
    if (this.phase !== 'open' || this.receiver.finished()) return
    if (this.receiver.gain() < updateBytes) return
    this.ackDue = true
    this.events.onOutput?.()
  }

  /** Ends the connection at once; the peer hears a reset. */
  abort(): void {
    if (this.phase === 'closed') return
    if (this.phase !== 'time-wait' && this.phase !== 'syn-sent') {
      this.resetDue = {
        sequence: this.sender.next(),
        acknowledgment: this.receiver.next(),
        flags: tcpFlag.rst | tcpFlag.ack,
      }
    }
    this.close('aborted')
    this.events.onOutput?.()
  }

  receive(segment: TcpSegment, nowMs: number): void {
    if (this.phase === 'closed') return
    if (this.phase === 'syn-sent') return this.receiveInSynSent(segment, nowMs)
    const { flags, payload } = segment
    const length = payload.length + (flags & tcpFlag.syn ? 1 : 0) + (flags & tcpFlag.fin ? 1 : 0)
    if (!this.receiver.accepts(segment.sequence, length)) {
      // A repeated SYN of a peer that has not heard our SYN-ACK gets that again, anything else what we expect.
      const repeatedSyn = this.phase === 'syn-received' && (flags & tcpFlag.syn) !== 0
      if (repeatedSyn) this.synDue = true
      else if (!(flags & tcpFlag.rst)) this.ackDue = true
      if (flags & tcpFlag.rst || repeatedSyn) return
      // The peer has not heard our last acknowledgment: wait for it anew.
      if (this.phase === 'time-wait' && flags & tcpFlag.fin) this.timeWaitUntil = nowMs + timeWaitMs
      // A full receive window still hears acknowledgments (RFC 9293 section 3.10.7.4).
      if (flags & tcpFlag.ack && segment.sequence === this.receiver.next())
        this.takeAcknowledgment(segment, nowMs)
      return
    }
    if (flags & tcpFlag.rst) {
      if (this.phase === 'time-wait') return // an old duplicate provoked it (RFC 1337)
      if (segment.sequence === this.receiver.next()) this.close('reset')
      else this.ackDue = true // a challenge: the true peer answers with the right number
      return
    }
    if (flags & tcpFlag.syn) {
      this.ackDue = true
      return
    }
    if (!(flags & tcpFlag.ack)) return
    if (this.phase === 'syn-received') {
      if (segment.acknowledgment !== this.sender.next()) {
        this.resetDue = { sequence: segment.acknowledgment, acknowledgment: 0, flags: tcpFlag.rst }
        return
      }
      this.sender.synAcknowledged(nowMs)
      this.open(segment)
    }
    if (!this.takeAcknowledgment(segment, nowMs)) return
    if (this.phase === 'open') this.takeText(segment)
    else if (length > 0) this.ackDue = true
    this.advance(nowMs)
  }

  /** The next segment for the wire, or undefined. Acknowledgments ride on data where they can. */
  take(nowMs: number): TcpOutput | undefined {
    if (this.resetDue !== undefined) {
      const header = { ...this.ports4(), ...this.resetDue, window: 0 }
      this.resetDue = undefined
      return { header, payloadBytes: 0, copyPayload: () => {} }
    }
    if (this.phase === 'closed') return undefined
    if (this.synDue) return this.takeSynSegment(nowMs)
    if (this.phase === 'syn-sent' || this.phase === 'syn-received') return undefined
    const outgoing = this.phase === 'open' ? this.sender.take(nowMs) : undefined
    if (outgoing === undefined && !this.ackDue) return undefined
    const segment = this.segment(outgoing)
    if (outgoing === undefined && this.repeatsDue > 0) this.repeatsDue -= 1
    if (this.repeatsDue > 0) this.ackDue = true
    return segment
  }

  deadline(): number | undefined {
    return earlier(this.sender.deadline(), this.timeWaitUntil)
  }

  /** Lets time pass; afterwards `take` may have something, or the connection may be closed. */
  expire(nowMs: number): void {
    if (this.phase === 'closed') return
    if (this.timeWaitUntil !== undefined) {
      if (nowMs >= this.timeWaitUntil) this.close('done')
      return
    }
    const what = this.sender.expire(nowMs)
    if (what === 'gone') {
      this.resetDue = {
        sequence: this.sender.next(),
        acknowledgment: this.receiver.next(),
        flags: tcpFlag.rst | tcpFlag.ack,
      }
      this.close('timeout')
    } else if (what === 'resend' && this.phase !== 'open') this.synDue = true
  }

  private receiveInSynSent(segment: TcpSegment, nowMs: number): void {
    const { flags } = segment
    const acknowledged = (flags & tcpFlag.ack) !== 0
    if (acknowledged && segment.acknowledgment !== this.sender.next()) {
      if (!(flags & tcpFlag.rst))
        this.resetDue = { sequence: segment.acknowledgment, acknowledgment: 0, flags: tcpFlag.rst }
      return
    }
    if (flags & tcpFlag.rst) {
      if (acknowledged) this.close('refused')
      return
    }
    if (!(flags & tcpFlag.syn)) return
    this.takeSyn(segment)
    if (!acknowledged) {
      this.phase = 'syn-received' // both sides opened at once
      this.synDue = true
      return
    }
    this.sender.synAcknowledged(nowMs)
    this.sender.takeWindow(segment.window, segment.sequence, segment.acknowledgment) // never scaled in a SYN
    this.ackDue = true
    this.phase = 'open'
    this.events.onOpen?.()
  }

  private takeSyn(syn: TcpSegment): void {
    this.scaling = syn.windowScale !== undefined
    this.receiver.start(syn.sequence, this.scaling ? windowScale : 0)
    this.sender.setMss(Math.min(Math.max(syn.mss ?? 536, 64), ownMss))
    this.peerScale = syn.windowScale ?? 0
  }

  private open(segment: TcpSegment): void {
    this.phase = 'open'
    this.sender.takeWindow(segment.window << this.peerScale, segment.sequence, segment.acknowledgment)
    this.events.onOpen?.()
  }

  /** Returns false when the segment acknowledges what was never sent, and is to be dropped. */
  private takeAcknowledgment(segment: TcpSegment, nowMs: number): boolean {
    const { sender } = this
    if (distance(segment.acknowledgment, sender.next()) > 0) {
      this.ackDue = true
      return false
    }
    const pure = segment.payload.length === 0 && !(segment.flags & tcpFlag.fin)
    const freed = sender.acknowledge(segment.acknowledgment, pure && !this.widens(segment), nowMs)
    if (distance(segment.acknowledgment, sender.unacknowledged()) >= 0) {
      sender.takeWindow(segment.window << this.peerScale, segment.sequence, segment.acknowledgment)
    }
    if (freed > 0) this.events.onSent?.()
    return true
  }

  private lastWindow = -1

  /** Whether the segment's window differs from the last one: then it is no duplicate acknowledgment. */
  private widens(segment: TcpSegment): boolean {
    const changed = segment.window !== this.lastWindow
    this.lastWindow = segment.window
    return changed
  }

  private takeText(segment: TcpSegment): void {
    const fin = (segment.flags & tcpFlag.fin) !== 0
    if (segment.payload.length === 0 && !fin) return
    const wasFinished = this.receiver.finished()
    const { bytes, outOfOrder } = this.receiver.receive(segment.sequence, segment.payload, fin)
    this.ackDue = true
    if (bytes.length > 0) this.repeatsDue = 0
    else if (outOfOrder) this.repeatsDue += 1
    for (const piece of bytes) if (!this.closed) this.events.onData?.(piece)
    if (this.closed) return
    if (!wasFinished && this.receiver.finished()) {
      this.finCameFirst = !this.sender.finishing()
      this.events.onEnd?.()
    }
  }

  /** Moves to TIME-WAIT or the end once both directions are finished. */
  private advance(nowMs: number): void {
    if (this.phase !== 'open' || !this.sender.finished() || !this.receiver.finished()) return
    if (this.finCameFirst) return this.close('done')
    this.phase = 'time-wait'
    this.sender.clear()
    this.timeWaitUntil = nowMs + timeWaitMs
  }

  private close(reason: TcpCloseReason): void {
    this.phase = 'closed'
    this.sender.clear()
    this.receiver.clear()
    this.timeWaitUntil = undefined
    this.events.onClose?.(reason)
  }

  private takeSynSegment(nowMs: number): TcpOutput {
    this.synDue = false
    this.sender.synSent(nowMs)
    const answering = this.phase === 'syn-received'
    const header: TcpHeader = {
      ...this.ports4(),
      sequence: this.initial,
      acknowledgment: answering ? this.receiver.next() : 0,
      flags: tcpFlag.syn | (answering ? tcpFlag.ack : 0),
      window: this.receiver.synWindow,
      mss: ownMss,
      ...(answering && !this.scaling ? {} : { windowScale }),
    }
    return { header, payloadBytes: 0, copyPayload: () => {} }
  }

  private segment(outgoing: Outgoing | undefined): TcpOutput {
    this.ackDue = false
    const byteCount = outgoing?.byteCount ?? 0
    const header: TcpHeader = {
      ...this.ports4(),
      sequence: outgoing?.sequence ?? this.sender.next(),
      acknowledgment: this.receiver.next(),
      flags: tcpFlag.ack | (outgoing?.fin ? tcpFlag.fin : 0) | (byteCount > 0 ? tcpFlag.psh : 0),
      window: this.receiver.advertise(),
    }
    return { header, payloadBytes: byteCount, copyPayload: outgoing?.copy ?? (() => {}) }
  }

  private ports4(): Pick<TcpHeader, 'sourcePort' | 'destinationPort'> {
    return { sourcePort: this.ports.localPort, destinationPort: this.ports.remotePort }
  }
}

/** The reset for a segment that belongs to no connection (RFC 9293 section 3.10.7.1); undefined for a reset. */
export function resetFor(segment: TcpSegment): TcpHeader | undefined {
  if (segment.flags & tcpFlag.rst) return undefined
  const length =
    segment.payload.length + (segment.flags & tcpFlag.syn ? 1 : 0) + (segment.flags & tcpFlag.fin ? 1 : 0)
  const ports = { sourcePort: segment.destinationPort, destinationPort: segment.sourcePort, window: 0 }
  return segment.flags & tcpFlag.ack
    ? { ...ports, sequence: segment.acknowledgment, acknowledgment: 0, flags: tcpFlag.rst }
    : {
        ...ports,
        sequence: 0,
        acknowledgment: addSequence(segment.sequence, length),
        flags: tcpFlag.rst | tcpFlag.ack,
      }
}
