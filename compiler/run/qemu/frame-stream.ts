/** QEMU's `-netdev socket` puts the length of each frame before it, 32 bits big-endian (net/socket.c of QEMU). */
const prefixBytes = 4
/** QEMU's NET_BUFSIZE: a longer frame means that the two ends disagree about where one begins. */
const frameBytesMax = 68 * 1024

/**
 * Returns a function that takes the stream in any pieces and hands on the frames that they complete. A frame is a view of its piece
 * where it can be, so a piece must not be written to again. Returns false when the stream is no stream of frames.
 */
export function frameReader(take: (frame: Uint8Array) => void): (piece: Uint8Array) => boolean {
  let rest = new Uint8Array(0)
  return (piece) => {
    let bytes = piece
    if (rest.length > 0) {
      bytes = new Uint8Array(rest.length + piece.length)
      bytes.set(rest)
      bytes.set(piece, rest.length)
    }
    let at = 0
    while (bytes.length - at >= prefixBytes) {
      const length = readLength(bytes, at)
      if (length > frameBytesMax) return false
      const end = at + prefixBytes + length
      if (end > bytes.length) break
      take(bytes.subarray(at + prefixBytes, end))
      at = end
    }
    rest = bytes.slice(at)
    return true
  }
}

/** Gathers frames with their lengths, so that a burst costs one write. */
export interface FrameBatch {
  readonly add: (frame: Uint8Array) => void
  /** What has been added since the last call. The bytes are the caller's. */
  readonly take: () => Uint8Array
  readonly byteCount: () => number
}

export function frameBatch(): FrameBatch {
  let bytes = new Uint8Array(4096)
  let length = 0
  return {
    byteCount: () => length,
    add: (frame) => {
      const end = length + prefixBytes + frame.length
      if (end > bytes.length) {
        const larger = new Uint8Array(Math.max(end, bytes.length * 2))
        larger.set(bytes.subarray(0, length))
        bytes = larger
      }
      writeLength(bytes, length, frame.length)
      bytes.set(frame, length + prefixBytes)
      length = end
    },
    take: () => {
      const taken = bytes.slice(0, length)
      length = 0
      return taken
    },
  }
}

function readLength(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

function writeLength(bytes: Uint8Array, at: number, length: number): void {
  bytes[at] = length >>> 24
  bytes[at + 1] = length >>> 16
  bytes[at + 2] = length >>> 8
  bytes[at + 3] = length
}
