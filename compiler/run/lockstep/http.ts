/** Whether these bytes are a whole answer to a GET (RFC 9112 section 6): by its length, its last chunk, or no body at all. */
export function isWholeHttpAnswer(bytes: Uint8Array): boolean {
  const text = Buffer.from(bytes).toString('latin1')
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return false
  const head = text.slice(0, end + 2)
  const length = /\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n/i.exec(head)?.[1]
  if (length !== undefined) return text.length >= end + 4 + Number(length)
  if (/\r\ntransfer-encoding:[^\r]*chunked/i.test(head))
    return /(^|\r\n)0\r\n(.+\r\n)*\r\n$/.test(text.slice(end + 4))
  return /^HTTP\/1\.[01] (1\d\d|204|304)/.test(head)
}

/** The status of an answer; undefined for bytes that are none. */
export function httpStatus(bytes: Uint8Array): number | undefined {
  const found = /^HTTP\/1\.[01] (\d{3})/.exec(Buffer.from(bytes.subarray(0, 16)).toString('latin1'))
  return found ? Number(found[1]) : undefined
}
