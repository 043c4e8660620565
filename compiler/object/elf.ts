import { fail, ok, type Result } from '../diag/index.ts'
import { malformedElf, notElf } from './diagnostics.ts'
import {
  PT,
  SHT,
  type Elf,
  type ElfNote,
  type ElfSection,
  type ElfSegment,
  type FileRange,
} from './elf-types.ts'
import { ByteView } from './view.ts'

const ELF_TYPES = ['other', 'relocatable', 'executable', 'shared'] as const

/**
 * Reads the header, section headers and program headers of an ELF file for x86. Contents (symbols, relocations,
 * lines) are read only when asked for. Section and segment contents may lie outside the file: reading them tells.
 */
export function readElf(bytes: Uint8Array, file: string): Result<Elf> {
  const view = new ByteView(bytes)
  if (bytes.length < 52 || view.u32(0) !== 0x464c457f) return fail(notElf(file, describeMagic(view)))
  const elfClass = view.u8(4)
  if ((elfClass !== 1 && elfClass !== 2) || view.u8(5) !== 1) return fail(notElf(file, 'not little-endian'))
  const machine = view.u16(18)
  const bits = elfClass === 1 ? 32 : 64
  if (machine !== (bits === 32 ? 3 : 62)) return fail(notElf(file, `machine ${machine}, ${bits} bits`))
  const header = bits === 32 ? readHeader32(view) : readHeader64(view)

  const first = header.sectionOffset ? readSection(view, bits, header.sectionOffset, 0) : undefined
  const sectionCount = header.sectionCount || (first?.raw.size ?? 0)
  const nameTable = header.nameTable === 0xffff ? (first?.raw.link ?? 0) : header.nameTable
  const sectionBytes = bits === 32 ? 40 : 64
  const segmentBytes = bits === 32 ? 32 : 56
  if (view.overrun || !view.holds(header.sectionOffset, sectionCount * sectionBytes))
    return fail(malformedElf(file, 'its section headers lie outside the file'))
  if (!view.holds(header.segmentOffset, header.segmentCount * segmentBytes))
    return fail(malformedElf(file, 'its program headers lie outside the file'))
  if (sectionCount > 0 && header.sectionEntry !== sectionBytes)
    return fail(malformedElf(file, `section headers of ${header.sectionEntry} bytes`))
  if (header.segmentCount > 0 && header.segmentEntry !== segmentBytes)
    return fail(malformedElf(file, `program headers of ${header.segmentEntry} bytes`))

  const raw = Array.from({ length: sectionCount }, (_, index) =>
    readSection(view, bits, header.sectionOffset + index * sectionBytes, index),
  )
  const names = raw[nameTable]?.raw
  const sections = raw.map(({ raw: section, nameOffset }) => ({
    ...section,
    name: names && section.type !== 0 ? view.cString(names.offset + nameOffset) : '',
  }))
  const segments = Array.from({ length: header.segmentCount }, (_, index) =>
    readSegment(view, bits, header.segmentOffset + index * segmentBytes),
  )
  if (view.overrun) return fail(malformedElf(file, 'a header points outside the file'))
  return ok({
    file,
    bits,
    machine: bits === 32 ? 'i386' : 'x86_64',
    type: ELF_TYPES[view.u16(16)] ?? 'other',
    entry: header.entry,
    headerBytes: header.headerBytes,
    sectionHeaders: { offset: header.sectionOffset, size: sectionCount * sectionBytes },
    segmentHeaders: { offset: header.segmentOffset, size: header.segmentCount * segmentBytes },
    sections,
    segments,
    view,
  })
}

/** The bytes of a section: none for NOBITS, `undefined` when they lie outside the file. */
export function sectionBytes(elf: Elf, section: ElfSection): Uint8Array | undefined {
  if (section.type === SHT.NOBITS) return new Uint8Array(0)
  if (!elf.view.holds(section.offset, section.size)) return undefined
  return elf.view.bytes.subarray(section.offset, section.offset + section.size)
}

/** The first section of that name. */
export function sectionNamed(elf: Elf, name: string): ElfSection | undefined {
  return elf.sections.find((section) => section.name === name)
}

/** The notes in file order: of the SHT_NOTE sections, or of the PT_NOTE segments of a file without sections. */
export function readNotes(elf: Elf): Result<readonly ElfNote[]> {
  const places: readonly FileRange[] =
    elf.sections.length > 0
      ? elf.sections.filter((one) => one.type === SHT.NOTE)
      : elf.segments
          .filter((one) => one.type === PT.NOTE)
          .map((one) => ({ offset: one.offset, size: one.fileSize }))
  const notes: ElfNote[] = []
  for (const { offset, size } of places) {
    if (!elf.view.holds(offset, size)) return fail(malformedElf(elf.file, 'its notes lie outside the file'))
    const view = new ByteView(elf.view.slice(offset, size))
    let at = 0
    while (at + 12 <= size && !view.overrun) {
      const nameSize = view.u32(at)
      const descriptionSize = view.u32(at + 4)
      const type = view.u32(at + 8)
      const descriptionAt = at + 12 + roundUp4(nameSize)
      const name = view.slice(at + 12, nameSize)
      const description = view.slice(descriptionAt, descriptionSize)
      notes.push({ name: asciiOf(name), type, description })
      at = descriptionAt + roundUp4(descriptionSize)
    }
    if (view.overrun) return fail(malformedElf(elf.file, 'a note is longer than its place'))
  }
  return ok(notes)
}

function readHeader32(view: ByteView) {
  return {
    entry: BigInt(view.u32(24)),
    segmentOffset: view.u32(28),
    sectionOffset: view.u32(32),
    headerBytes: view.u16(40),
    segmentEntry: view.u16(42),
    segmentCount: view.u16(44),
    sectionEntry: view.u16(46),
    sectionCount: view.u16(48),
    nameTable: view.u16(50),
  }
}

function readHeader64(view: ByteView) {
  return {
    entry: view.u64(24),
    segmentOffset: view.offset64(32),
    sectionOffset: view.offset64(40),
    headerBytes: view.u16(52),
    segmentEntry: view.u16(54),
    segmentCount: view.u16(56),
    sectionEntry: view.u16(58),
    sectionCount: view.u16(60),
    nameTable: view.u16(62),
  }
}

function readSection(view: ByteView, bits: 32 | 64, at: number, index: number) {
  const wide = bits === 64
  const raw = {
    index,
    type: view.u32(at + 4),
    flags: wide ? view.offset64(at + 8) : view.u32(at + 8),
    address: wide ? view.u64(at + 16) : BigInt(view.u32(at + 12)),
    offset: wide ? view.offset64(at + 24) : view.u32(at + 16),
    size: wide ? view.offset64(at + 32) : view.u32(at + 20),
    link: view.u32(at + (wide ? 40 : 24)),
    info: view.u32(at + (wide ? 44 : 28)),
    alignment: wide ? view.offset64(at + 48) : view.u32(at + 32),
    entrySize: wide ? view.offset64(at + 56) : view.u32(at + 36),
  }
  return { raw, nameOffset: view.u32(at) }
}

function readSegment(view: ByteView, bits: 32 | 64, at: number): ElfSegment {
  if (bits === 32)
    return {
      type: view.u32(at),
      offset: view.u32(at + 4),
      virtualAddress: BigInt(view.u32(at + 8)),
      physicalAddress: BigInt(view.u32(at + 12)),
      fileSize: view.u32(at + 16),
      memorySize: view.u32(at + 20),
      flags: view.u32(at + 24),
      alignment: view.u32(at + 28),
    }
  return {
    type: view.u32(at),
    flags: view.u32(at + 4),
    offset: view.offset64(at + 8),
    virtualAddress: view.u64(at + 16),
    physicalAddress: view.u64(at + 24),
    fileSize: view.offset64(at + 32),
    memorySize: view.offset64(at + 40),
    alignment: view.offset64(at + 48),
  }
}

function describeMagic(view: ByteView): string {
  if (view.length < 4) return `${view.length} bytes`
  if (view.u32(0) === 0xdec04342 || view.u32(0) === 0x0b17c0de) return 'LLVM bitcode'
  if (view.u32(0) === 0x464c457f) return 'a header cut short'
  return `it begins with ${[0, 1, 2, 3].map((at) => view.u8(at).toString(16).padStart(2, '0')).join(' ')}`
}

function asciiOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0)
  return String.fromCharCode(...bytes.subarray(0, Math.min(end < 0 ? bytes.length : end, 256)))
}

function roundUp4(size: number): number {
  return Math.ceil(size / 4) * 4
}
