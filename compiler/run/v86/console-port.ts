import { soon } from '../soon.ts'
import type { V86Emulator } from './private-api.ts'

/** Bytes gathered before they are sent although the guest is still running. */
const pieceBytes = 16 * 1024
/** Bytes that may be under way to a slow consumer before the guest is stopped. */
const underWayBytesMax = 256 * 1024
/** Bytes kept in v86's serial port, whose own queue has no limit. */
const inputBytesMax = 1024

export interface ConsoleOutput {
  readonly put: (byte: number) => void
  readonly flush: () => void
  readonly taken: (byteCount: number) => void
}

/** Gathers bytes of output into pieces, and stops the guest while the consumer is behind. */
export function consoleOutput(
  send: (bytes: Uint8Array) => void,
  hold: (held: boolean) => void,
): ConsoleOutput {
  let piece = new Uint8Array(pieceBytes)
  let used = 0
  let underWay = 0
  let scheduled = false
  let held = false
  const flush = (): void => {
    scheduled = false
    if (used === 0) return
    underWay += used
    send(piece.slice(0, used))
    used = 0
    if (underWay > underWayBytesMax && !held) hold((held = true))
  }
  return {
    flush,
    put: (byte) => {
      piece[used++] = byte
      if (used === pieceBytes) flush()
      else if (!scheduled) {
        scheduled = true
        soon(flush)
      }
    },
    taken: (byteCount) => {
      underWay -= byteCount
      if (held && underWay <= underWayBytesMax / 2) hold((held = false))
    },
  }
}

/** Returns a function that hands bytes to the guest's COM1 as it takes them; resolves when the last is handed over. */
export function consoleInput(emulator: V86Emulator): (bytes: Uint8Array) => Promise<void> {
  const { uart0 } = emulator.v86.cpu.devices
  return async (bytes) => {
    let at = 0
    while (at < bytes.length) {
      const room = inputBytesMax - uart0.input.length
      if (room > 0)
        emulator.serial_send_bytes(0, bytes.subarray(at, (at += Math.min(room, bytes.length - at))))
      else await new Promise((resolve) => setTimeout(resolve, 1))
    }
  }
}
