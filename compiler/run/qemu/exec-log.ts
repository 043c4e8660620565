/**
 * Reads QEMU's `-d exec` with one instruction per translation block, in any pieces:
 *
 *     Trace 0: 0x7f7d34000100 [00000000/ffffffff80102340/00000040/ff020201] az_main
 *     Stopped execution of TB chain before 0x7f7d34262980 [ffffffff80102341]
 *
 * In brackets: code segment, address, the processor's flags, how the block was translated. Calls `take` with the lower 32 bits of the
 * addresses of what has run. A line stands before its instruction runs, and what did not come to its end is taken back:
 *
 * - what the second form says;
 * - what stands before the entry of a fault, which `isFault` knows;
 * - an access to a device in a block that may not do any (cpu_io_recompile of QEMU): the same instruction follows at once, translated
 *   another way. Iterations of a repeated instruction are translated alike.
 */
export interface ExecLogReader {
  readonly read: (piece: Uint8Array) => void
  /** Hands over what has been read; the last instruction stays until it is known to have run, unless `whole`. */
  readonly flush: (whole: boolean) => void
}

const batchLength = 16_384
const [T, S, slash, bracket, endBracket, newline] = [...'TS/[]\n'].map((char) => char.charCodeAt(0)) as [
  number,
  number,
  number,
  number,
  number,
  number,
]

export function execLogReader(
  take: (addresses: Uint32Array) => void,
  isFault: (address: number) => boolean,
): ExecLogReader {
  let batch = new Uint32Array(batchLength)
  let used = 0
  let state: 'start' | 'bracket' | 'slash' | 'address' | 'flags' | 'how' | 'skip' = 'start'
  let value = 0
  let address = 0
  let usual: number | undefined
  let lastHow = 0
  const flush = (whole: boolean): void => {
    const count = whole ? used : used - 1
    if (count <= 0) return
    take(batch.slice(0, count))
    batch.copyWithin(0, count, used)
    used -= count
  }
  const put = (how: number): void => {
    usual ??= how // the image's first instruction touches no device
    if (used > 0) {
      const again = address === batch[used - 1] && lastHow === usual && how !== usual
      if (again || isFault(address)) used--
    }
    lastHow = how
    batch[used++] = address
    if (used === batchLength) flush(false)
  }
  const read = (piece: Uint8Array): void => {
    for (let i = 0; i < piece.length; i++) {
      const byte = piece[i]!
      if (byte === newline) {
        state = 'start'
        continue
      }
      switch (state) {
        case 'start':
          if (byte === S && used > 0) used--
          state = byte === T ? 'bracket' : 'skip'
          break
        case 'bracket':
          if (byte === bracket) state = 'slash'
          break
        case 'slash':
          if (byte === slash) {
            state = 'address'
            value = 0
          }
          break
        case 'address':
          if (byte === slash) {
            address = value
            state = 'flags'
          } else value = withDigit(value, byte)
          break
        case 'flags':
          if (byte === slash) {
            state = 'how'
            value = 0
          }
          break
        case 'how':
          if (byte === endBracket) {
            put(value)
            state = 'skip'
          } else value = withDigit(value, byte)
          break
        case 'skip':
          i = piece.indexOf(newline, i)
          if (i < 0) return
          state = 'start'
      }
    }
  }
  return { read, flush }
}

/** The lower 32 bits of a hexadecimal number that goes on with a digit. */
function withDigit(value: number, byte: number): number {
  return ((value << 4) | (byte <= 0x39 ? byte - 0x30 : (byte & 0xf) + 9)) >>> 0
}
