import { invariant } from '../diag/index.ts'
import { PT, readElf, type ElfSegment } from '../object/index.ts'

/** Byte offsets of the header fields this writer sets (System V ABI, "ELF Header" and "Program Header"). */
const fields = {
  elf32: { header: 52, programHeader: 32, phoff: 28, shoff: 32, phnum: 44, shnum: 48, shstrndx: 50 },
  elf64: { header: 64, programHeader: 56, phoff: 32, shoff: 40, phnum: 56, shnum: 60, shstrndx: 62 },
} as const

/**
 * The bootable part of a linked ELF file: its header, its program headers, and the bytes of its loadable segments one behind the
 * other, without sections, symbols, or the zeros that end a segment (loaders zero what a segment lacks). Addresses and the entry
 * stay; each segment's offset stays congruent to its address modulo its (new) alignment of 16.
 */
export function stripElf(bytes: Uint8Array, file: string): Uint8Array {
  const read = readElf(bytes, file)
  invariant(read.ok, `the linker wrote no ELF file: ${file}`)
  const elf = read.value
  const is64 = elf.bits === 64
  const at = is64 ? fields.elf64 : fields.elf32
  const segments = elf.segments.filter(({ type }) => type === PT.LOAD || type === PT.NOTE || type === PT.TLS)
  const headerBytes = at.header + segments.length * at.programHeader

  const loads = segments
    .filter(({ type }) => type === PT.LOAD)
    .map((segment) => ({ segment, content: withoutFinalZeros(bytes, segment), offset: 0 }))
  let end = headerBytes
  for (const load of loads) {
    const address = Number(load.segment.virtualAddress & 15n)
    if (load.segment.offset === 0 && load.content.length >= headerBytes) {
      end = Math.max(end, load.content.length)
      continue
    }
    if (load.content.length === 0) continue
    load.offset = end + ((address - end) & 15)
    end = load.offset + load.content.length
  }

  const out = new Uint8Array(end)
  for (const load of loads) out.set(load.content, load.offset)
  out.set(bytes.subarray(0, at.header))
  const view = new DataView(out.buffer)
  const setOffset = (place: number, value: number): void =>
    is64 ? view.setBigUint64(place, BigInt(value), true) : view.setUint32(place, value, true)
  setOffset(at.phoff, at.header)
  setOffset(at.shoff, 0)
  view.setUint16(at.phnum, segments.length, true)
  view.setUint16(at.shnum, 0, true)
  view.setUint16(at.shstrndx, 0, true)
  segments.forEach((segment, index) => {
    const own = loads.find((load) => load.segment === segment)
    const home = own ?? loads.find((load) => contains(load.segment, segment))
    invariant(home, `a segment of ${file} lies in no loadable one`)
    const offset = home.offset + Number(segment.virtualAddress - home.segment.virtualAddress)
    const fileBytes = own ? own.content.length : segment.fileSize
    writeProgramHeader(view, at.header + index * at.programHeader, is64, segment, offset, fileBytes)
  })
  return out
}

function contains(outer: ElfSegment, inner: ElfSegment): boolean {
  return (
    inner.virtualAddress >= outer.virtualAddress &&
    inner.virtualAddress + BigInt(inner.fileSize) <= outer.virtualAddress + BigInt(outer.fileSize)
  )
}

function withoutFinalZeros(bytes: Uint8Array, { offset, fileSize }: ElfSegment): Uint8Array {
  let length = fileSize
  while (length > 0 && bytes[offset + length - 1] === 0) length--
  return bytes.subarray(offset, offset + length)
}

function writeProgramHeader(
  view: DataView,
  place: number,
  is64: boolean,
  segment: ElfSegment,
  offset: number,
  fileBytes: number,
): void {
  const align = segment.type === PT.LOAD ? 16 : segment.alignment
  if (is64) {
    view.setUint32(place, segment.type, true)
    view.setUint32(place + 4, segment.flags, true)
    const words = [
      BigInt(offset),
      segment.virtualAddress,
      segment.physicalAddress,
      BigInt(fileBytes),
      BigInt(segment.memorySize),
      BigInt(align),
    ]
    words.forEach((word, index) => view.setBigUint64(place + 8 + 8 * index, word, true))
  } else {
    const words = [
      segment.type,
      offset,
      Number(segment.virtualAddress),
      Number(segment.physicalAddress),
      fileBytes,
      Number(BigInt(segment.memorySize)),
      segment.flags,
      Number(align),
    ]
    words.forEach((word, index) => view.setUint32(place + 4 * index, word, true))
  }
}
