import { invariant } from '../diag/index.ts'
import { PT, SHF, SHT, type Elf, type FileRange } from '../object/index.ts'
import { fileRangeOf, type Image } from './image.ts'
import type { LinkMap, PlacedSection } from './link-map.ts'
import { mergedPieces } from './merged.ts'

/**
 * Whose bytes they are. `shared` holds what several owners have in common (equal strings and constants, which the linker merges),
 * `headers` the tables of the ELF file itself, `padding` what alignment costs.
 */
export interface Owner {
  readonly kind: 'app' | 'libc' | 'component' | 'shared' | 'headers' | 'padding'
  /** `app`, `libc`, a component such as `net/tcp`, or the kind again. */
  readonly name: string
}

/** A named piece of one owner: a function, a variable, or a section's bytes that no symbol names. */
export interface SizedSymbol {
  readonly name: string
  /** The object it came from, as the linker was given it; empty for what several objects or none gave. */
  readonly object: string
  readonly bytes: number
}

export interface SizePart {
  readonly owner: Owner
  /** Bytes of the file; the sum over `symbols`. */
  readonly bytes: number
  /** Memory beside the file that starts as zeros (.bss). */
  readonly zeroBytes: number
  /** Largest first, then by name. */
  readonly symbols: readonly SizedSymbol[]
}

/** Every byte of a file, given to exactly one owner. Plain data, fit for JSON. */
export interface SizeReport {
  /** Of the file; the sum over `parts`. */
  readonly bytes: number
  /** Largest first; `headers` and `padding` last. */
  readonly parts: readonly SizePart[]
}

export interface SizeInput {
  /** The stripped file: what is measured. */
  readonly stripped: Image
  /** The same link with symbols. */
  readonly unstripped: Image
  readonly map: LinkMap
  /** Tells whose object file this is; for an archive member the path is `libc.a(printf.o)`. */
  readonly ownerOf: (object: string) => Owner
  /**
   * Reads an input of the link by its path in the map. With it, strings and constants that the linker merged go to
   * the owner who alone has them; without it, all are `shared`.
   */
  readonly readFile?: (path: string) => Uint8Array | undefined
}

/** One colour of the map that is painted over the file. */
interface Colour {
  readonly owner: Owner
  readonly object: string
  readonly name: string
}

type Paint = (place: FileRange, colour: Colour) => void

/** Owners by name that are no component: what every image may have. */
export const FIXED_OWNERS = ['app', 'libc', 'generated', 'shared', 'headers', 'padding'] as const

const HEADERS: Owner = { kind: 'headers', name: 'headers' }
const PADDING: Owner = { kind: 'padding', name: 'padding' }
const SHARED: Owner = { kind: 'shared', name: 'shared' }

/** What is no object's: the linker's own sections, and what its script writes or leaves empty. */
const OWN_OBJECTS: readonly (readonly [string, Owner])[] = [
  ['<internal>', SHARED],
  ['<script>', HEADERS],
  ['<gap>', PADDING],
]

/**
 * Attributes every byte of the stripped file. It is painted in layers: padding below, then headers, then input
 * sections by the link map, then the symbols inside them; what shows in the end is counted, so nothing is counted
 * twice and nothing is left out.
 */
export function attributeSizes({ stripped, unstripped, map, ownerOf, readFile }: SizeInput): SizeReport {
  const bytes = stripped.elf.view.length
  const colours: Colour[] = [{ owner: PADDING, object: '', name: 'padding' }]
  const canvas = new Uint32Array(bytes)
  const paint: Paint = ({ offset, size }, colour) => {
    canvas.fill(colours.push(colour) - 1, Math.min(offset, bytes), Math.min(offset + size, bytes))
  }
  const owners = new Map<string, Owner>(OWN_OBJECTS)
  const ownerFor = (object: string): Owner => {
    const owner = owners.get(object) ?? ownerOf(object)
    owners.set(object, owner)
    return owner
  }

  const zeros = new Map<string, number>()
  const placed: PlacedSection[] = []
  for (const one of map.placed) {
    if (!isLoaded(unstripped.elf, one.output)) continue
    placed.push(one)
    const filled = fileRangeOf(stripped.segments, one.address, one.size)
    const owner = isLinkerNote(one) ? HEADERS : ownerFor(one.object)
    if (filled) paint(filled, { owner, object: one.object, name: one.section })
    const zeroBytes = one.size - (filled?.size ?? 0)
    if (zeroBytes > 0) zeros.set(keyOf(owner), (zeros.get(keyOf(owner)) ?? 0) + zeroBytes)
  }
  for (const piece of readFile ? mergedPieces(unstripped, map, readFile) : []) {
    const [first, ...others] = piece.objects.map(ownerFor)
    const filled = fileRangeOf(stripped.segments, piece.address, piece.size)
    if (!first || !filled || others.some((one) => keyOf(one) !== keyOf(first))) continue
    const object = piece.objects.length === 1 ? (piece.objects[0] as string) : ''
    paint(filled, { owner: first, object, name: piece.section })
  }
  paintSymbols(stripped, unstripped, placed, ownerFor, paint)
  paintHeaders(stripped.elf, paint)

  const counts = new Float64Array(colours.length)
  for (const colour of canvas) counts[colour] = (counts[colour] as number) + 1
  const parts = partsOf(colours, counts, zeros, [...owners.values()])
  invariant(
    parts.reduce((sum, part) => sum + part.bytes, 0) === bytes,
    'the parts of a size report add up to the bytes of its file',
  )
  return { bytes, parts }
}

/** Symbols inside what an object placed. A symbol belongs to the object whose section holds its first byte. */
function paintSymbols(
  stripped: Image,
  unstripped: Image,
  placed: readonly PlacedSection[],
  ownerFor: (object: string) => Owner,
  paint: Paint,
): void {
  const byAddress = placed.toSorted((a, b) => (a.address < b.address ? -1 : a.address > b.address ? 1 : 0))
  let next = 0
  for (const { name, start, end } of unstripped.ranges) {
    while (next < byAddress.length && endOf(byAddress[next] as PlacedSection) <= start) next++
    const home = byAddress[next]
    if (!home || start < home.address || home.object === '<internal>') continue
    const limit = end < endOf(home) ? end : endOf(home)
    const filled = fileRangeOf(stripped.segments, start, Number(limit - start))
    if (filled) paint(filled, { owner: ownerFor(home.object), object: home.object, name })
  }
}

/** The tables of the file itself, and the sections that are not loaded (names of sections, notes to people). */
function paintHeaders(elf: Elf, paint: Paint): void {
  const header = (name: string) => ({ owner: HEADERS, object: '', name })
  paint({ offset: 0, size: elf.headerBytes }, header('ELF header'))
  paint(elf.segmentHeaders, header('program headers'))
  paint(elf.sectionHeaders, header('section headers'))
  for (const section of elf.sections)
    if (!(section.flags & SHF.ALLOC) && section.type !== SHT.NOBITS && section.type !== 0)
      paint(section, header(section.name))
}

function partsOf(
  colours: readonly Colour[],
  counts: Float64Array,
  zeros: ReadonlyMap<string, number>,
  owners: readonly Owner[],
): readonly SizePart[] {
  const parts = new Map<string, { owner: Owner; symbols: Map<string, SizedSymbol> }>()
  const partOf = (owner: Owner) => {
    const part = parts.get(keyOf(owner)) ?? { owner, symbols: new Map() }
    parts.set(keyOf(owner), part)
    return part
  }
  for (const owner of owners) if (zeros.has(keyOf(owner))) partOf(owner)
  colours.forEach(({ owner, object, name }, index) => {
    const bytes = counts[index] as number
    if (bytes === 0) return
    const { symbols } = partOf(owner)
    const key = `${object}\0${name}`
    symbols.set(key, { name, object, bytes: bytes + (symbols.get(key)?.bytes ?? 0) })
  })
  return [...parts.values()]
    .map(({ owner, symbols }) => ({
      owner,
      bytes: [...symbols.values()].reduce((sum, one) => sum + one.bytes, 0),
      zeroBytes: zeros.get(keyOf(owner)) ?? 0,
      symbols: [...symbols.values()].sort(
        (a, b) => b.bytes - a.bytes || compareText(a.name, b.name) || compareText(a.object, b.object),
      ),
    }))
    .sort(
      (a, b) =>
        Number(isOverhead(a)) - Number(isOverhead(b)) ||
        b.bytes - a.bytes ||
        compareText(keyOf(a.owner), keyOf(b.owner)),
    )
}

/** The build-id, which is about the file as the headers are. */
function isLinkerNote({ object, section }: PlacedSection): boolean {
  return object === '<internal>' && section.startsWith('.note')
}

function isOverhead({ owner }: SizePart): boolean {
  return owner.kind === 'headers' || owner.kind === 'padding'
}

function isLoaded(elf: Elf, output: string): boolean {
  const section = elf.sections.find((one) => one.name === output)
  if (!section || !(section.flags & SHF.ALLOC)) return false
  // .tbss is a template of zeros: it has an address, and takes no room there.
  if (section.flags & SHF.TLS && section.type === SHT.NOBITS) return false
  const end = section.address + BigInt(section.size)
  return elf.segments.some(
    ({ type, virtualAddress, memorySize }) =>
      type === PT.LOAD && section.address >= virtualAddress && end <= virtualAddress + BigInt(memorySize),
  )
}

function endOf(placed: PlacedSection): bigint {
  return placed.address + BigInt(placed.size)
}

function keyOf(owner: Owner): string {
  return `${owner.kind}:${owner.name}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
