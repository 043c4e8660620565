import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkReader, parseLinkRecord } from './link.ts'

const bytesOf = (text: string): Uint8Array => Buffer.from(text, 'latin1')

describe('parseLinkRecord', () => {
  it.each([
    ['exit 200', { kind: 'exit', status: 200 }],
    ['exit 70000', { kind: 'exit', status: 70000 }],
    ['exit -1', { kind: 'exit', status: -1 }],
    ['listen tcp 8080', { kind: 'listen', protocol: 'tcp', port: 8080 }],
    ['unlisten udp 53', { kind: 'unlisten', protocol: 'udp', port: 53 }],
    ['main', { kind: 'main' }],
    [
      'panic 00ff 100010 0xffffffff80100020',
      { kind: 'panic', buildId: '00ff', addresses: [0x100010n, 0xffffffff80100020n] },
    ],
    ['panic 00ff', { kind: 'panic', buildId: '00ff', addresses: [] }],
  ])('reads %s', (line, record) => {
    expect(parseLinkRecord(line)).toEqual(record)
  })

  it.each([
    '',
    'exit',
    'exit x',
    'exit 1 2',
    'listen tcp',
    'listen sctp 1',
    'listen tcp 0',
    'listen tcp 65536',
    'main 1',
    'panic',
    'panic xyz',
    'panic 00 q',
    'counters 1 2',
  ])('ignores %j', (line) => {
    expect(parseLinkRecord(line)).toBeUndefined()
  })
})

describe('linkReader', () => {
  it('reads records from pieces of any size', () => {
    const text = 'main\nlisten tcp 80\r\nwhatever\nexit 3\n'
    const records = [
      { kind: 'main' },
      { kind: 'listen', protocol: 'tcp', port: 80 },
      { kind: 'exit', status: 3 },
    ]
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const read = linkReader()
        const ends = [...cuts, text.length].sort((a, b) => a - b)
        const found = ends.flatMap((end, i) => read(bytesOf(text.slice(ends[i - 1] ?? 0, end))))
        expect(found).toEqual(records)
      }),
    )
  })

  it('drops a line without end and finds the record behind it', () => {
    const read = linkReader()
    expect(read(bytesOf('x'.repeat(1_000_000)))).toEqual([])
    expect(read(bytesOf('\nexit 1\n'))).toEqual([{ kind: 'exit', status: 1 }])
  })

  it('takes any bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 })), (pieces) => {
        const read = linkReader()
        for (const piece of pieces) for (const record of read(piece)) expect(record.kind).toBeTypeOf('string')
      }),
    )
  })
})
