import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BadResponse, responseParser } from './response-parser.ts'
import type { ResponseHead } from './response-parser.ts'

interface Parsed {
  readonly heads: readonly ResponseHead[]
  readonly body: string
  readonly done: boolean
  readonly reusable: boolean
  readonly leftOver: number
}

/** Parses a response that comes in pieces of these sizes, then perhaps the end of the connection. */
function parse(text: string, options: { method?: string; sizes?: readonly number[]; closed?: boolean } = {}) {
  const heads: ResponseHead[] = []
  let body = ''
  const parser = responseParser(options.method ?? 'GET', {
    onHead: (head) => void heads.push(head),
    onBody: (bytes) => void (body += Buffer.from(bytes).toString('latin1')),
  })
  const bytes = Buffer.from(text, 'latin1')
  let leftOver = 0
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = options.sizes?.[turn % options.sizes.length] ?? bytes.length
    leftOver += parser.push(bytes.subarray(at, at + size))
    at += size
  }
  if (options.closed) parser.finish()
  const parsed: Parsed = { heads, body, done: parser.done(), reusable: parser.reusable(), leftOver }
  return parsed
}

describe('a response', () => {
  it('with a length ends there, and the connection can be used again', () => {
    const parsed = parse('HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A:  b \r\n\r\nhello')
    expect(parsed).toEqual({
      heads: [
        {
          status: 200,
          reason: 'OK',
          fields: [
            ['Content-Length', '5'],
            ['X-A', 'b'],
          ],
        },
      ],
      body: 'hello',
      done: true,
      reusable: true,
      leftOver: 0,
    })
  })

  it('in chunks loses their framing', () => {
    const text =
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x="y"\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: t\r\n\r\n'
    expect(parse(text)).toMatchObject({ body: 'hello!', done: true, reusable: true, leftOver: 0 })
  })

  it('without a length ends with the connection', () => {
    const text = 'HTTP/1.1 200 OK\r\n\r\nall of it'
    expect(parse(text)).toMatchObject({ body: 'all of it', done: false })
    expect(parse(text, { closed: true })).toMatchObject({ body: 'all of it', done: true, reusable: false })
  })

  it.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 204 \r\n\r\n'],
  ])('to %s that has no body: %j', (method, text) => {
    expect(parse(text, { method })).toMatchObject({ body: '', done: true, reusable: true, leftOver: 0 })
  })

  it.each([
    ['HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n', false],
    ['HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n', false],
    ['HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 0\r\n\r\n', true],
  ])('tells whether the connection stays: %j', (text, reusable) => {
    expect(parse(text)).toMatchObject({ done: true, reusable })
  })

  it('leaves what follows it: pipelined responses are read one after the other', () => {
    const first = 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na'
    const second = 'HTTP/1.1 404 Not Found\r\nContent-Length: 1\r\n\r\nb'
    const { body, leftOver } = parse(first + second)
    expect([body, leftOver]).toEqual(['a', second.length])
    expect(parse((first + second).slice(-leftOver))).toMatchObject({ body: 'b', leftOver: 0 })
  })

  it.each([
    ['garbage\r\n\r\n', 'begins with'],
    ['HTTP/2 200\r\n\r\n', 'begins with'],
    ['HTTP/1.1 101 Switching Protocols\r\n\r\n', 'another protocol'],
    ['HTTP/1.1 200 OK\r\nno field\r\n\r\n', 'no field'],
    ['HTTP/1.1 200 OK\r\nName : x\r\n\r\n', 'no field'],
    ['HTTP/1.1 200 OK\r\n folded\r\n\r\n', 'continuation'],
    ['HTTP/1.1 200 OK\r\nA: b\0c\r\n\r\n', 'control character'],
    ['HTTP/1.1 200 OK\r\nContent-Length: 5, 6\r\n\r\n', 'Content-Length'],
    ['HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n', 'Content-Length'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n', 'transfer coding'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n', 'size of a chunk'],
    ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n', 'longer than it says'],
    [`HTTP/1.1 200 OK\r\nA: ${'x'.repeat(70_000)}`, 'head is longer'],
  ])('that is wrong is refused: %j', (text, why) => {
    expect(() => parse(text)).toThrow(BadResponse)
    expect(() => parse(text)).toThrow(why)
  })

  it.each([
    'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhell',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n',
    'HTTP/1.1 2',
  ])('that is torn is refused: %j', (text) =>
    expect(() => parse(text, { closed: true })).toThrow('in the middle'),
  )

  it('reads the same in any pieces', () => {
    const text =
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nA: b\r\n c\r\n\r\n3\r\nabc\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n'
    const whole = parse(text)
    expect(whole.body).toBe('abc0123456789abcdef')
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sizes) => {
        expect(parse(text, { sizes })).toEqual(whole)
      }),
    )
  })

  it('of any bytes gives a response or a BadResponse', () => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.constantFrom('', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n'),
        (text, start) => {
          try {
            parse(start + text, { closed: true })
          } catch (error) {
            expect(error).toBeInstanceOf(BadResponse)
          }
        },
      ),
    )
  })
})
