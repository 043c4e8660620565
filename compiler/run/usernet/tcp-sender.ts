import { byteQueue } from './byte-queue.ts'
import { retransmitTimer } from './retransmit-timer.ts'
import { addSequence, distance } from './sequence.ts'
import type { Sequence } from './sequence.ts'

/** What the sender wants on the wire: bytes of the queue, perhaps with the FIN behind them. */
export interface Outgoing {
  readonly sequence: Sequence
  readonly byteCount: number
  readonly fin: boolean
  readonly copy: (target: Uint8Array, at: number) => void
}

const duplicatesMax = 3
/** A peer that has been silent for so long although it owes an acknowledgment is gone (RFC 9293 section 3.8.3, R2). */
const silenceMsMax = 120_000

/**
 * The sending half of a connection: what is queued, in flight and acknowledged (RFC 9293 section 3.8). Loss is
 * repaired one segment per acknowledgment as NewReno does (RFC 6582); there is no congestion window, because the link
 * to the guest is a queue that never drops and the guest's window bounds it.
 */
export function tcpSender(initial: Sequence) {
  const queue = byteQueue()
  const timer = retransmitTimer()
  let unacknowledged = initial // SND.UNA
  let next = initial // SND.NXT
  let window = 0 // SND.WND, scaled
  let windowSequence = 0 // SND.WL1
  let windowAcknowledgment = 0 // SND.WL2
  let windowMost = 0
  let mss = 536
  let finQueued = false
  let finSent = false
  let resend = false
  let duplicates = 0
  /** Where recovery from a loss ends; undefined when there is none. */
  let recoverTo: Sequence | undefined
  let persistAt: number | undefined
  let probe = false
  let timed: { readonly sequence: Sequence; readonly sentMs: number } | undefined
  let heardMs = 0

  const inFlight = (): number => distance(next, unacknowledged)
  // The FIN is the last to be acknowledged: while anything is in flight, it is.
  const dataInFlight = (): number => Math.max(inFlight() - (finSent ? 1 : 0), 0)
  const unsent = (): number => queue.length() - dataInFlight()

  const outgoing = (sequence: Sequence, byteCount: number, fin: boolean): Outgoing => {
    const offset = distance(sequence, unacknowledged)
    return { sequence, byteCount, fin, copy: (target, at) => queue.copy(offset, byteCount, target, at) }
  }

  /** How many new bytes may go out now; undefined when nothing may, 0 for a FIN alone. */
  const sendable = (): number | undefined => {
    const waiting = unsent()
    const room = window - inFlight()
    if (waiting === 0) {
      if (!finQueued || finSent) return undefined
      return room > 0 || probe ? 0 : undefined
    }
    const count = Math.min(waiting, mss, room)
    // Sender's side of the silly window syndrome (RFC 9293 section 3.8.6.2.1), without Nagle's delay.
    if (count > 0 && (count === waiting || count === mss || count >= windowMost / 2)) return count
    return probe ? Math.max(count, 1) : undefined
  }

  return {
    setMss: (bytes: number): void => void (mss = bytes),
    mss: (): number => mss,
    unacknowledged: (): Sequence => unacknowledged,
    next: (): Sequence => next,
    queuedBytes: (): number => queue.length(),
    write: (bytes: Uint8Array): void => queue.push(bytes),
    finish: (): void => void (finQueued = true),
    finishing: (): boolean => finQueued,
    /** Whether the FIN is acknowledged, and so everything before it. */
    finished: (): boolean => finSent && inFlight() === 0,
    /** Drops everything: the connection is over. */
    clear: (): void => {
      queue.clear()
      timer.stop()
      persistAt = undefined
    },

    /** Accounts for the SYN, which the connection sends, first or again; it counts as one byte in flight. */
    synSent: (nowMs: number): void => {
      if (next === initial) {
        next = addSequence(initial, 1)
        heardMs = nowMs
        timed = { sequence: next, sentMs: nowMs }
      } else timed = undefined
      timer.start(nowMs)
    },
    synAcknowledged: (nowMs: number): void => {
      unacknowledged = next
      if (timed !== undefined) timer.sample(nowMs - timed.sentMs)
      timed = undefined
      timer.forgetBackoff()
      timer.stop()
    },

    /** Takes the window of a segment if it is newer than the one before (RFC 9293 section 3.10.7.4). */
    takeWindow: (bytes: number, sequence: Sequence, acknowledgment: Sequence): void => {
      const newer = distance(sequence, windowSequence)
      if (
        windowMost > 0 &&
        (newer < 0 || (newer === 0 && distance(acknowledgment, windowAcknowledgment) < 0))
      )
        return
      if (window === 0 && bytes > 0 && inFlight() > 0) resend = true // a probe that was thrown away
      window = bytes
      windowMost = Math.max(windowMost, bytes)
      windowSequence = sequence
      windowAcknowledgment = acknowledgment
    },

    /** Takes an acknowledgment; returns how many bytes of the queue it freed. `pure`: no data, FIN or new window. */
    acknowledge: (acknowledgment: Sequence, pure: boolean, nowMs: number): number => {
      heardMs = nowMs
      const count = distance(acknowledgment, unacknowledged)
      if (count <= 0) {
        if (count < 0 || !pure || inFlight() === 0) return 0
        duplicates += 1
        if (duplicates === duplicatesMax && recoverTo === undefined) {
          recoverTo = next
          resend = true
        }
        return 0
      }
      const freed = Math.min(count, queue.length())
      queue.drop(freed)
      unacknowledged = acknowledgment
      duplicates = 0
      if (timed !== undefined && distance(acknowledgment, timed.sequence) >= 0) {
        timer.sample(nowMs - timed.sentMs)
        timed = undefined
      }
      timer.forgetBackoff()
      if (inFlight() > 0) timer.start(nowMs)
      else timer.stop()
      if (recoverTo !== undefined) {
        if (distance(acknowledgment, recoverTo) >= 0) recoverTo = undefined
        else resend = true // a partial acknowledgment: the next hole
      }
      if (inFlight() === 0) resend = false
      return freed
    },

    /** The next segment to send, or undefined. */
    take: (nowMs: number): Outgoing | undefined => {
      if (resend && inFlight() > 0) {
        resend = false
        timed = undefined // Karn: what is sent twice is not timed
        const data = dataInFlight()
        const byteCount = Math.min(mss, data, Math.max(window, 1))
        timer.start(nowMs)
        return outgoing(unacknowledged, byteCount, finSent && byteCount === data)
      }
      const byteCount = sendable()
      if (byteCount === undefined) {
        const blocked = inFlight() === 0 && (unsent() > 0 || (finQueued && !finSent))
        if (blocked && persistAt === undefined) persistAt = nowMs + 500
        return undefined
      }
      probe = false
      persistAt = undefined
      const sequence = next
      const fin = finQueued && byteCount === unsent()
      const segment = outgoing(sequence, byteCount, fin)
      next = addSequence(next, byteCount + (fin ? 1 : 0))
      if (fin) finSent = true
      timed ??= { sequence: next, sentMs: nowMs }
      if (timer.deadline() === undefined) {
        heardMs = nowMs // silence counts from here
        timer.start(nowMs)
      }
      return segment
    },

    deadline: (): number | undefined => earlier(timer.deadline(), persistAt),

    /** Lets timers run out: `resend` when the oldest segment is due again, `gone` when the peer is given up. */
    expire: (nowMs: number): 'nothing' | 'resend' | 'gone' => {
      if (persistAt !== undefined && nowMs >= persistAt) {
        persistAt = undefined
        probe = true
        return 'resend'
      }
      if (!timer.expire(nowMs)) return 'nothing'
      if (nowMs - heardMs > silenceMsMax) return 'gone'
      timed = undefined
      resend = true
      recoverTo = next
      duplicates = 0
      return 'resend'
    },
  }
}

export type TcpSender = ReturnType<typeof tcpSender>

export function earlier(a: number | undefined, b: number | undefined): number | undefined {
  if (a === undefined || b === undefined) return a ?? b
  return Math.min(a, b)
}
