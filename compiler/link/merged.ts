import { readArchive, readElf, sectionBytes, SHF, type Archive, type Elf } from '../object/index.ts'
import type { Image } from './image.ts'
import type { LinkMap, PlacedSection } from './link-map.ts'

/** A string or constant in a section that the linker merged, and every object that holds an equal one. */
export interface MergedPiece {
  readonly address: bigint
  readonly size: number
  readonly section: string
  /** Sorted, at least one. */
  readonly objects: readonly string[]
}

/** SHF_STRINGS: pieces end with a zero element; without it they are all of the element's size. */
const SHF_STRINGS = 0x20

/** How to cut a merged section. */
interface PieceForm {
  readonly elementBytes: number
  readonly strings: boolean
}

/**
 * Finds out who needs what is in merged sections (`.rodata.str1.1`, `.rodata.cst8`), whose pieces the link map does
 * not tell apart: by looking for equal pieces in the objects. Pieces that no object holds are left out.
 */
export function mergedPieces(
  unstripped: Image,
  map: LinkMap,
  readFile: (path: string) => Uint8Array | undefined,
): readonly MergedPiece[] {
  const forms = new Map<string, PieceForm>()
  const holders = new Map<string, Set<string>>()
  const objects = new Set(map.placed.map((one) => one.object).filter((one) => !one.startsWith('<')))
  const open = objectReader(readFile)
  for (const object of objects) {
    const elf = open(object)
    for (const section of elf?.sections ?? []) {
      if (!(section.flags & SHF.ALLOC) || !(section.flags & SHF.MERGE) || section.entrySize === 0) continue
      const form = { elementBytes: section.entrySize, strings: (section.flags & SHF_STRINGS) !== 0 }
      forms.set(section.name, form)
      const bytes = (elf && sectionBytes(elf, section)) ?? new Uint8Array(0)
      for (const { start, end } of cut(bytes, form)) {
        const key = keyOf(section.name, bytes.subarray(start, end))
        const known = holders.get(key)
        if (known) known.add(object)
        else holders.set(key, new Set([object]))
      }
    }
  }
  return map.placed
    .filter((placed) => placed.object === '<internal>' && forms.has(placed.section))
    .flatMap((placed) => piecesOf(unstripped.elf, placed, forms.get(placed.section) as PieceForm, holders))
}

function piecesOf(
  elf: Elf,
  placed: PlacedSection,
  form: PieceForm,
  holders: ReadonlyMap<string, ReadonlySet<string>>,
): readonly MergedPiece[] {
  const output = elf.sections.find((one) => one.name === placed.output)
  const whole = output && sectionBytes(elf, output)
  if (!output || !whole || placed.address < output.address) return []
  const from = Number(placed.address - output.address)
  const bytes = whole.subarray(from, from + placed.size)
  return cut(bytes, form).flatMap(({ start, end }) => {
    const objects = holders.get(keyOf(placed.section, bytes.subarray(start, end)))
    const address = placed.address + BigInt(start)
    return objects
      ? [{ address, size: end - start, section: placed.section, objects: [...objects].sort() }]
      : []
  })
}

/** The pieces of a section: constants by their size, strings up to and with their final zero. */
function cut(
  bytes: Uint8Array,
  { elementBytes, strings }: PieceForm,
): readonly { start: number; end: number }[] {
  const pieces: { start: number; end: number }[] = []
  let start = 0
  for (let at = 0; at + elementBytes <= bytes.length; at += elementBytes) {
    if (strings && bytes.subarray(at, at + elementBytes).some((byte) => byte !== 0)) continue
    pieces.push({ start, end: at + elementBytes })
    start = at + elementBytes
  }
  return pieces
}

function keyOf(section: string, bytes: Uint8Array): string {
  return `${section}\0${new TextDecoder('latin1').decode(bytes)}`
}

/** Opens objects as the link map names them, `libc.a(printf.o)` among them; what cannot be read is left out. */
function objectReader(
  readFile: (path: string) => Uint8Array | undefined,
): (object: string) => Elf | undefined {
  const archives = new Map<string, Archive | undefined>()
  const archiveAt = (path: string) => {
    if (!archives.has(path)) {
      const bytes = readFile(path)
      const archive = bytes && readArchive(bytes, path)
      archives.set(path, archive?.ok ? archive.value : undefined)
    }
    return archives.get(path)
  }
  return (object) => {
    const member = /^(.*)\((.*)\)$/.exec(object)
    const bytes = member
      ? archiveAt(member[1] as string)?.members.find((one) => one.name === member[2])?.bytes
      : readFile(object)
    const elf = bytes && readElf(bytes, object)
    return elf?.ok ? elf.value : undefined
  }
}
