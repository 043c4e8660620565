import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PT, readElf, type Elf, type ElfSegment } from '../object/index.ts'
import { stripElf } from './index.ts'

interface Load {
  readonly content: Uint8Array
  /** Bytes of memory beyond the content. */
  readonly zeroBytes: number
}

interface Input {
  readonly bits: 32 | 64
  readonly loads: readonly Load[]
  /** Where a note lies in the first segment, and its length. */
  readonly note: readonly [number, number]
}

const headerBytes = { 32: 52, 64: 64 } as const
const entryBytes = { 32: 32, 64: 56 } as const
const pageBytes = 4096

/** A linked ELF file: headers in the first segment, every segment on a page of its own, a note inside the first, a stack entry. */
function elfOf({ bits, loads, note }: Input): Uint8Array {
  const count = loads.length + 2
  const tableEnd = headerBytes[bits] + count * entryBytes[bits]
  const base = bits === 32 ? 0xf0100000n : 0xffffffff80100000n
  const rows: (readonly [
    type: number,
    flags: number,
    offset: number,
    address: bigint,
    file: number,
    memory: number,
    align: number,
  ])[] = []
  const pieces: (readonly [number, Uint8Array])[] = []
  let end = tableEnd
  loads.forEach(({ content, zeroBytes }, index) => {
    const start = index === 0 ? 0 : Math.ceil(end / pageBytes) * pageBytes
    const at = index === 0 ? tableEnd : start
    pieces.push([at, content])
    end = at + content.length
    rows.push([
      PT.LOAD,
      4 + (index % 3),
      start,
      base + BigInt(start),
      end - start,
      end - start + zeroBytes,
      pageBytes,
    ])
  })
  const [noteAt, noteBytes] = note
  rows.push([PT.NOTE, 4, tableEnd + noteAt, base + BigInt(tableEnd + noteAt), noteBytes, noteBytes, 4])
  rows.push([0x6474e551, 6, 0, 0n, 0, 0, 0])

  const bytes = new Uint8Array(end)
  const view = new DataView(bytes.buffer)
  bytes.set([0x7f, 0x45, 0x4c, 0x46, bits === 32 ? 1 : 2, 1, 1])
  view.setUint16(16, 2, true)
  view.setUint16(18, bits === 32 ? 3 : 62, true)
  view.setUint32(20, 1, true)
  const tail = bits === 32 ? 40 : 52
  if (bits === 32) {
    view.setUint32(24, 0x100123, true)
    view.setUint32(28, headerBytes[32], true)
  } else {
    view.setBigUint64(24, 0x100123n, true)
    view.setBigUint64(32, BigInt(headerBytes[64]), true)
  }
  view.setUint16(tail, headerBytes[bits], true)
  view.setUint16(tail + 2, entryBytes[bits], true)
  view.setUint16(tail + 4, count, true)
  rows.forEach(([type, flags, offset, address, file, memory, align], index) => {
    const at = headerBytes[bits] + index * entryBytes[bits]
    if (bits === 32) {
      const physical = Number(address - 0xf0000000n)
      ;[type, offset, Number(address), physical, file, memory, flags, align].forEach((word, i) =>
        view.setUint32(at + 4 * i, word, true),
      )
    } else {
      view.setUint32(at, type, true)
      view.setUint32(at + 4, flags, true)
      const words = [
        BigInt(offset),
        address,
        address - 0xffffffff80000000n,
        BigInt(file),
        BigInt(memory),
        BigInt(align),
      ]
      words.forEach((word, i) => view.setBigUint64(at + 8 + 8 * i, BigInt.asUintN(64, word), true))
    }
  })
  for (const [at, content] of pieces) bytes.set(content, at)
  return bytes
}

/** What a loader puts into memory for a segment. */
function memoryOf(bytes: Uint8Array, { offset, fileSize, memorySize }: ElfSegment): Uint8Array {
  const memory = new Uint8Array(Number(memorySize))
  memory.set(bytes.subarray(offset, offset + fileSize))
  return memory
}

const read = (bytes: Uint8Array): Elf => {
  const elf = readElf(bytes, 'f.elf')
  if (!elf.ok) throw new Error(elf.problems[0]!.message)
  return elf.value
}
const loadsOf = (elf: Elf): readonly ElfSegment[] => elf.segments.filter(({ type }) => type === PT.LOAD)

const content = fc
  .tuple(fc.uint8Array({ maxLength: 6000 }), fc.nat(5000))
  .map(([bytes, zeros]) => Uint8Array.from([...bytes, ...new Uint8Array(zeros)]))
const load = fc.record({ content, zeroBytes: fc.nat(20_000) })
const first = fc.record({
  content: fc.uint8Array({ minLength: 64, maxLength: 3000 }),
  zeroBytes: fc.constant(0),
})
const input = (bits: 32 | 64): fc.Arbitrary<Input> =>
  fc.record({
    bits: fc.constant(bits),
    loads: fc.tuple(first, fc.array(load, { maxLength: 3 })).map(([one, more]) => [one, ...more]),
    note: fc.tuple(
      fc.nat(8).map((n) => n * 4),
      fc.nat(6).map((n) => n * 4),
    ),
  })

describe.each([32, 64] as const)('ELF%i', (bits) => {
  test('loads what the linked file loads, note and entry included, and is no larger', () => {
    fc.assert(
      fc.property(input(bits), (given) => {
        const linked = elfOf(given)
        const stripped = stripElf(linked, 'f.elf')
        const [before, after] = [read(linked), read(stripped)]
        expect(after.entry).toBe(before.entry)
        expect(after.sections).toEqual([])
        expect(after.segments.map(({ type }) => type)).toEqual([...given.loads.map(() => PT.LOAD), PT.NOTE])
        loadsOf(after).forEach((segment, index) => {
          const original = loadsOf(before)[index]!
          const { virtualAddress, physicalAddress, memorySize, flags } = original
          expect(segment).toMatchObject({ virtualAddress, physicalAddress, memorySize, flags })
          const skip = index === 0 ? headerBytes[bits] + (given.loads.length + 2) * entryBytes[bits] : 0
          const [is, was] = [memoryOf(stripped, segment), memoryOf(linked, original)].map((memory) =>
            Buffer.from(memory.subarray(skip)),
          )
          expect(is!.equals(was!)).toBe(true)
          if (segment.fileSize > 0)
            expect((segment.offset - Number(segment.virtualAddress & 15n)) & 15).toBe(0)
        })
        const [note, noteBefore] = [after, before].map((elf) =>
          elf.segments.find(({ type }) => type === PT.NOTE)!,
        )
        expect(Buffer.from(memoryOf(stripped, note!)).equals(memoryOf(linked, noteBefore!))).toBe(true)
        expect(stripped.length).toBeLessThanOrEqual(linked.length)
      }),
      { numRuns: 60 },
    )
  })

  test('gives equal bytes for equal files', () => {
    const given: Input = {
      bits,
      loads: [
        { content: new Uint8Array(100).fill(7), zeroBytes: 0 },
        { content: new Uint8Array(9).fill(1), zeroBytes: 50 },
      ],
      note: [0, 12],
    }
    expect(stripElf(elfOf(given), 'a')).toEqual(stripElf(elfOf(given), 'b'))
  })
})

test('no ELF file from the linker is a bug of ours', () => {
  expect(() => stripElf(new Uint8Array(10), 'f.elf')).toThrow('the linker wrote no ELF file: f.elf')
})
