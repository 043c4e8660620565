/** One field line: its name as it was written, its value without the blanks around it. */
export type HttpField = readonly [name: string, value: string]

export interface ResponseHead {
  readonly status: number
  readonly reason: string
  readonly fields: readonly HttpField[]
}

export interface ResponseEvents {
  readonly onHead: (head: ResponseHead) => void
  /** A piece of the body, a view of what was pushed. */
  readonly onBody: (bytes: Uint8Array) => void
}

/** What is wrong with a response, in half a sentence. */
export class BadResponse extends Error {
  override readonly name = 'BadResponse'
}

export interface ResponseParser {
  /** Takes bytes up to the end of the response, and returns how many of them were left over. Throws `BadResponse`. */
  readonly push: (bytes: Uint8Array) => number
  /** The server has closed its side: ends a body that has no other end. Throws `BadResponse` for a torn response. */
  readonly finish: () => void
  readonly done: () => boolean
  /** Whether a byte of the response has come. */
  readonly started: () => boolean
  /** Whether the connection can take another request after this response. */
  readonly reusable: () => boolean
}

const headBytesMax = 64 * 1024
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

type Phase =
  'status' | 'fields' | 'length' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailer' | 'until-close' | 'done'

/**
 * Reads one response of HTTP/1.1 (RFC 9112) to a request with this method, in whatever pieces it comes. Interim
 * responses are passed over (RFC 9110 section 15.2); chunks lose their framing, extensions and trailers.
 */
export function responseParser(method: string, events: ResponseEvents): ResponseParser {
  let phase: Phase = 'status'
  let line = ''
  let lineBytes = 0
  let headBytes = 0
  let status = 0
  let reason = ''
  let minor = 1
  let fields: [string, string][] = []
  /** Bytes still to come of the body or the chunk. */
  let missing = 0
  let keeps = false
  let started = false

  const endHead = (): void => {
    const head: ResponseHead = { status, reason, fields }
    if (status === 101) throw new BadResponse('it switches to another protocol, which was not asked for')
    if (status < 200) {
      fields = []
      phase = 'status'
      return
    }
    const options = tokensOf(head, 'connection')
    keeps = minor === 1 ? !options.includes('close') : options.includes('keep-alive')
    const framing = framingOf(method, head)
    if (framing === 'chunked' && minor === 0) keeps = false
    if (framing === 'until-close') keeps = false
    phase =
      framing === 'chunked'
        ? 'chunk-size'
        : framing === 'until-close'
          ? 'until-close'
          : framing > 0
            ? 'length'
            : 'done'
    missing = typeof framing === 'number' ? framing : 0
    events.onHead(head)
  }

  const takeLine = (text: string): void => {
    switch (phase) {
      case 'status': {
        if (text === '') return // a line end that an earlier response had too much
        const match = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: (.*))?$/.exec(text)
        if (match === null) throw new BadResponse(`it begins with ${JSON.stringify(text.slice(0, 60))}`)
        minor = Number(match[1])
        status = Number(match[2])
        reason = match[3] ?? ''
        phase = 'fields'
        return
      }
      case 'fields':
        return text === '' ? endHead() : takeField(fields, text)
      case 'chunk-size': {
        const match = /^([0-9a-f]{1,12})[ \t]*(?:;.*)?$/i.exec(text)
        if (match === null)
          throw new BadResponse(`${JSON.stringify(text.slice(0, 60))} is no size of a chunk`)
        missing = Number.parseInt(match[1]!, 16)
        phase = missing > 0 ? 'chunk' : 'trailer'
        return
      }
      case 'chunk-end':
        if (text !== '') throw new BadResponse('a chunk is longer than it says')
        phase = 'chunk-size'
        return
      case 'trailer':
        if (text === '') phase = 'done'
        return
      default:
        return
    }
  }

  const takeBody = (bytes: Uint8Array): number => {
    if (phase === 'until-close') {
      events.onBody(bytes)
      return bytes.length
    }
    const count = Math.min(missing, bytes.length)
    missing -= count
    if (missing === 0) phase = phase === 'chunk' ? 'chunk-end' : 'done'
    if (count > 0) events.onBody(bytes.subarray(0, count))
    return count
  }

  return {
    done: () => phase === 'done',
    started: () => started,
    reusable: () => phase === 'done' && keeps,
    push: (bytes) => {
      if (bytes.length > 0) started = true
      let at = 0
      while (at < bytes.length && phase !== 'done') {
        if (phase === 'length' || phase === 'chunk' || phase === 'until-close') {
          at += takeBody(bytes.subarray(at))
          continue
        }
        const end = bytes.indexOf(0x0a, at)
        const piece = bytes.subarray(at, end < 0 ? bytes.length : end)
        lineBytes += piece.length + 1
        headBytes += piece.length + 1
        const limited =
          phase === 'status' || phase === 'fields' || phase === 'trailer' ? headBytes : lineBytes
        if (limited > headBytesMax) throw new BadResponse(`its head is longer than ${headBytesMax} bytes`)
        for (const byte of piece) line += String.fromCharCode(byte)
        at += piece.length
        if (end < 0) break
        at += 1
        const text = line.endsWith('\r') ? line.slice(0, -1) : line
        line = ''
        lineBytes = 0
        takeLine(text)
      }
      return bytes.length - at
    },
    finish: () => {
      if (phase === 'until-close') phase = 'done'
      if (phase !== 'done')
        throw new BadResponse(started ? 'the connection was closed in the middle of it' : 'it never came')
    },
  }
}

function takeField(fields: [string, string][], text: string): void {
  if (/[\0\r]/.test(text)) throw new BadResponse('a field of its head holds a control character')
  if (/^[ \t]/.test(text)) {
    // A folded line, obsolete (RFC 9112 section 5.2): read as one.
    const last = fields.at(-1)
    if (last === undefined) throw new BadResponse('its head begins with a continuation line')
    last[1] = `${last[1]} ${text.trim()}`.trim()
    return
  }
  const colon = text.indexOf(':')
  const name = text.slice(0, Math.max(colon, 0))
  if (!token.test(name)) throw new BadResponse(`${JSON.stringify(text.slice(0, 60))} is no field of a head`)
  fields.push([name, text.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')])
}

/** How the body ends (RFC 9112 section 6.3): after so many bytes, with the last chunk, or with the connection. */
function framingOf(method: string, head: ResponseHead): number | 'chunked' | 'until-close' {
  if (method === 'HEAD' || head.status === 204 || head.status === 304) return 0
  const codings = tokensOf(head, 'transfer-encoding')
  if (codings.length > 0) {
    if (codings.some((coding) => coding !== 'chunked' && coding !== 'identity'))
      throw new BadResponse(`its transfer coding ${codings.join(', ')} is not known`)
    return codings.at(-1) === 'chunked' ? 'chunked' : 'until-close'
  }
  const lengths = new Set(tokensOf(head, 'content-length'))
  if (lengths.size === 0) return 'until-close'
  const [length] = lengths
  if (lengths.size > 1 || !/^\d{1,15}$/.test(length!))
    throw new BadResponse(`its Content-Length is ${[...lengths].join(', ')}`)
  return Number(length)
}

/** The comma-separated words of every field with this name, in lower case. */
function tokensOf(head: ResponseHead, name: string): readonly string[] {
  return head.fields
    .filter((field) => field[0].toLowerCase() === name)
    .flatMap((field) => field[1].toLowerCase().split(','))
    .map((word) => word.trim())
    .filter((word) => word !== '')
}
