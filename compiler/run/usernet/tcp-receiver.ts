import { addSequence, distance } from './sequence.ts'
import type { Sequence } from './sequence.ts'

/** Segments kept for one connection while an earlier one is missing. */
const heldSegmentsMax = 512

interface Held {
  readonly sequence: Sequence
  readonly bytes: Uint8Array
}

export interface Received {
  /** Bytes that are in order now. */
  readonly bytes: readonly Uint8Array[]
  /** Whether the segment filled no gap, so that the peer should hear at once what is missing. */
  readonly outOfOrder: boolean
}

/** The receiving half of a connection: what has come, in order and ahead of order, and the window that it leaves. */
export function tcpReceiver(windowBytes: number) {
  let scale = 0
  /** The window in a SYN is never scaled (RFC 7323 section 2.2). */
  const synWindow = Math.min(windowBytes, 0xffff)
  let next = 0 // RCV.NXT
  let untaken = 0
  let edge = 0 // the right edge of the window that the peer was told
  let held: Held[] = []
  let finAt: Sequence | undefined
  let finished = false

  /** The window to advertise: it never moves its right edge back. */
  const window = (): number => {
    const bytes = Math.max(windowBytes - untaken, 0)
    const told = (Math.min(bytes >>> scale, 0xffff) << scale) >>> 0
    return Math.max(told, Math.max(distance(edge, next), 0))
  }

  const hold = (segment: Held): void => {
    const at = held.findIndex((other) => distance(other.sequence, segment.sequence) >= 0)
    const same = at >= 0 && held[at]!.sequence === segment.sequence
    if (same && held[at]!.bytes.length >= segment.bytes.length) return
    if (same) held[at] = segment
    else if (held.length < heldSegmentsMax) held.splice(at < 0 ? held.length : at, 0, segment)
  }

  const takeHeld = (into: Uint8Array[]): void => {
    while (held.length > 0) {
      const { sequence, bytes } = held[0]!
      const known = distance(next, sequence)
      if (known < 0) return
      held.shift()
      if (known >= bytes.length) continue
      into.push(bytes.subarray(known))
      next = addSequence(next, bytes.length - known)
    }
  }

  return {
    next: (): Sequence => next,
    synWindow,
    /** The bytes delivered that the owner has not yet taken. */
    untaken: (): number => untaken,
    finished: (): boolean => finished,
    /** Begins behind the peer's SYN; `shift` is 0 when the peer does not scale windows. */
    start: (initial: Sequence, shift: number): void => {
      scale = shift
      next = addSequence(initial, 1)
      edge = addSequence(next, synWindow)
    },
    /** The value for the window field; remembers what it promises. */
    advertise: (): number => {
      const bytes = window()
      edge = addSequence(next, bytes)
      return Math.min(bytes >>> scale, 0xffff)
    },
    /** How much wider the window is than what the peer was told. */
    gain: (): number => distance(addSequence(next, window()), edge),
    taken: (byteCount: number): void => void (untaken -= byteCount),
    clear: (): void => void (held = []),

    /** Whether any of the segment lies in the window (RFC 9293 section 3.10.7.4, first check). */
    accepts: (sequence: Sequence, length: number): boolean => {
      const room = Math.max(distance(edge, next), 0)
      const begin = distance(sequence, next)
      if (length === 0) return room === 0 ? begin === 0 : begin >= 0 && begin < room
      const last = begin + length - 1
      return room > 0 && begin < room && last >= 0
    },

    /** Takes the text of an acceptable segment. */
    receive: (sequence: Sequence, payload: Uint8Array, fin: boolean): Received => {
      if (finished) return { bytes: [], outOfOrder: false }
      if (fin) finAt ??= addSequence(sequence, payload.length)
      const known = Math.max(distance(next, sequence), 0)
      const room = Math.max(distance(earlierOf(edge, finAt), sequence), 0)
      const bytes = payload.subarray(Math.min(known, payload.length), Math.min(room, payload.length))
      const begin = addSequence(sequence, known)
      const inOrder: Uint8Array[] = []
      if (bytes.length > 0 && begin === next) {
        inOrder.push(bytes)
        next = addSequence(next, bytes.length)
        takeHeld(inOrder)
      } else if (bytes.length > 0) hold({ sequence: begin, bytes })
      const count = inOrder.reduce((sum, piece) => sum + piece.length, 0)
      untaken += count
      if (finAt !== undefined && next === finAt) {
        next = addSequence(next, 1)
        finished = true
        held = []
      }
      return { bytes: inOrder, outOfOrder: payload.length > 0 && (count === 0 || held.length > 0) }
    },
  }
}

function earlierOf(a: Sequence, b: Sequence | undefined): Sequence {
  return b !== undefined && distance(b, a) < 0 ? b : a
}

export type TcpReceiver = ReturnType<typeof tcpReceiver>
