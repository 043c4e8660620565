/** Packets of the GDB remote serial protocol (GDB manual, appendix E): `$payload#checksum`, a byte `+` or `-` as receipt. */
export interface GdbPacketReader {
  /** Takes bytes in any pieces; returns the payloads of the packets that they complete. Receipts are skipped. */
  readonly take: (text: string) => readonly string[]
}

export function renderGdbPacket(payload: string): string {
  let sum = 0
  for (let i = 0; i < payload.length; i++) sum = (sum + payload.charCodeAt(i)) & 0xff
  return `$${payload}#${sum.toString(16).padStart(2, '0')}`
}

/** Text is Latin-1: one character per byte. A packet whose checksum is wrong is left out: the stream here is a local socket. */
export function gdbPacketReader(): GdbPacketReader {
  let text = ''
  return {
    take: (piece) => {
      text += piece
      const payloads: string[] = []
      for (;;) {
        const start = text.indexOf('$')
        const end = text.indexOf('#', start)
        if (start < 0 || end < 0 || text.length < end + 3) break
        const payload = text.slice(start + 1, end)
        if (renderGdbPacket(payload) === text.slice(start, end + 3)) payloads.push(expand(payload))
        text = text.slice(end + 3)
      }
      return payloads
    },
  }
}

/** Undoes escapes (`}` and the byte with bit 5 turned) and runs (`*` and the count plus 29). */
function expand(payload: string): string {
  return payload
    .replace(/\}(.)/gs, (_, char: string) => String.fromCharCode(char.charCodeAt(0) ^ 0x20))
    .replace(/(.)\*(.)/gs, (_, char: string, count: string) => char.repeat(count.charCodeAt(0) - 28))
}
