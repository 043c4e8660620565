/** A first-in first-out queue of bytes that grows; its front can be read without being taken. */
export interface ByteQueue {
  readonly length: () => number
  readonly push: (bytes: Uint8Array) => void
  /** Copies `byteCount` bytes that begin `offset` behind the front; they must be there. */
  readonly copy: (offset: number, byteCount: number, target: Uint8Array, at: number) => void
  readonly drop: (byteCount: number) => void
  readonly clear: () => void
}

export function byteQueue(): ByteQueue {
  let ring = new Uint8Array(0)
  let front = 0
  let length = 0
  const copy: ByteQueue['copy'] = (offset, byteCount, target, at) => {
    const from = (front + offset) & (ring.length - 1)
    const first = Math.min(byteCount, ring.length - from)
    target.set(ring.subarray(from, from + first), at)
    if (first < byteCount) target.set(ring.subarray(0, byteCount - first), at + first)
  }
  const grow = (needed: number): void => {
    let size = Math.max(4096, ring.length)
    while (size < needed) size *= 2
    const larger = new Uint8Array(size)
    if (length > 0) copy(0, length, larger, 0)
    ring = larger
    front = 0
  }
  return {
    length: () => length,
    copy,
    push: (bytes) => {
      if (length + bytes.length > ring.length) grow(length + bytes.length)
      const to = (front + length) & (ring.length - 1)
      const first = Math.min(bytes.length, ring.length - to)
      ring.set(bytes.subarray(0, first), to)
      ring.set(bytes.subarray(first), 0)
      length += bytes.length
    },
    drop: (byteCount) => {
      front = (front + byteCount) & (ring.length - 1)
      length -= byteCount
    },
    clear: () => {
      ring = new Uint8Array(0)
      front = length = 0
    },
  }
}
