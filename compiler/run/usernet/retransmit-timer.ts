/** Below RFC 6298's 1 s: the link loses nothing, so a SYN without an answer met a full accept queue, which empties soon. */
const initialMs = 250
/** RFC 6298's: a guest that is silent is mostly waiting for a processor, and a copy of the segment would cost it more time. */
const leastMs = 1000
const mostMs = 8000

/** The retransmission timer of RFC 6298, with exponential backoff. */
export interface RetransmitTimer {
  readonly start: (nowMs: number) => void
  readonly stop: () => void
  readonly deadline: () => number | undefined
  /** Whether the timer ran out; it then starts anew with twice the time. */
  readonly expire: (nowMs: number) => boolean
  /** A round trip was measured, on a segment that was sent once (Karn's algorithm). */
  readonly sample: (roundTripMs: number) => void
  /** The peer answers: forget the backoff. */
  readonly forgetBackoff: () => void
}

export function retransmitTimer(): RetransmitTimer {
  let timeoutMs = initialMs
  let smoothedMs: number | undefined
  let variationMs = 0
  let backoffs = 0
  let deadline: number | undefined
  const start = (nowMs: number): void => void (deadline = nowMs + Math.min(timeoutMs * 2 ** backoffs, mostMs))
  return {
    start,
    stop: () => void (deadline = undefined),
    deadline: () => deadline,
    expire: (nowMs) => {
      if (deadline === undefined || nowMs < deadline) return false
      backoffs = Math.min(backoffs + 1, 16)
      start(nowMs)
      return true
    },
    sample: (roundTripMs) => {
      if (smoothedMs === undefined) {
        smoothedMs = roundTripMs
        variationMs = roundTripMs / 2
      } else {
        variationMs = 0.75 * variationMs + 0.25 * Math.abs(smoothedMs - roundTripMs)
        smoothedMs = 0.875 * smoothedMs + 0.125 * roundTripMs
      }
      timeoutMs = Math.min(Math.max(smoothedMs + 4 * variationMs, leastMs), mostMs)
    },
    forgetBackoff: () => void (backoffs = 0),
  }
}
