import type { Diagnostic } from '../diag/index.ts'
import { SHF, SHT, type ElfSection } from '../object/index.ts'
import { componentOverBudget } from './diagnostics.ts'
import type { Image } from './image.ts'
import type { LinkMap } from './link-map.ts'
import type { Owner } from './sizes.ts'

/**
 * What a manifest allows its component to have in an image. `text` is code and constants, `data` what starts with values, `bss` what
 * starts as zeros. Strings and constants that the linker merges with equal ones of others are nobody's and not counted.
 */
export interface ComponentLimit {
  readonly name: string
  /** The manifest, for messages. */
  readonly file: string
  readonly budget: Partial<Readonly<Record<SectionKind, number>>>
}

export type SectionKind = 'text' | 'data' | 'bss'
const kinds = ['text', 'data', 'bss'] as const

/** Bytes of one component in an image, with what they are, largest first. */
export interface ComponentBytes {
  readonly bytes: number
  readonly symbols: readonly { readonly name: string; readonly bytes: number }[]
}

/** How many symbols an error lists. */
const LARGEST_SHOWN = 5

/** Holds a linked, unstripped image against what its components' manifests allow them. */
export function checkComponentBudgets(
  image: Image,
  map: LinkMap,
  ownerOf: (object: string) => Owner,
  limits: readonly ComponentLimit[],
): readonly Diagnostic[] {
  const measured = componentBytes(image, map, ownerOf)
  return limits.flatMap(({ name, file, budget }) =>
    kinds.flatMap((kind) => {
      const limit = budget[kind]
      const { bytes, symbols } = measured.get(name)?.[kind] ?? nothing
      return limit === undefined || bytes <= limit
        ? []
        : [componentOverBudget(name, file, kind, limit, bytes, symbols.slice(0, LARGEST_SHOWN))]
    }),
  )
}

const nothing: ComponentBytes = { bytes: 0, symbols: [] }

/** What each component has in an image, by kind. */
export function componentBytes(
  image: Image,
  map: LinkMap,
  ownerOf: (object: string) => Owner,
): ReadonlyMap<string, Readonly<Record<SectionKind, ComponentBytes>>> {
  const kindOf = new Map(image.elf.sections.map((section) => [section.name, kindOfSection(section)]))
  const totals = new Map<string, Record<SectionKind, { bytes: number; symbols: Map<string, number> }>>()
  const owners = new Map<string, Owner>()
  const nameAt = symbolFinder(image)
  for (const { object, section, output, address, size } of map.placed) {
    const kind = kindOf.get(output)
    if (!kind || object.startsWith('<')) continue
    const owner = owners.get(object) ?? ownerOf(object)
    owners.set(object, owner)
    if (owner.kind !== 'component') continue
    const of = totals.get(owner.name) ?? { text: empty(), data: empty(), bss: empty() }
    totals.set(owner.name, of)
    of[kind].bytes += size
    const name = nameAt(address) ?? section
    of[kind].symbols.set(name, size + (of[kind].symbols.get(name) ?? 0))
  }
  const finished = ({ bytes, symbols }: ReturnType<typeof empty>): ComponentBytes => ({
    bytes,
    symbols: [...symbols]
      .map(([name, size]) => ({ name, bytes: size }))
      .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1)),
  })
  return new Map(
    [...totals].map(([name, of]) => [
      name,
      { text: finished(of.text), data: finished(of.data), bss: finished(of.bss) },
    ]),
  )
}

const empty = () => ({ bytes: 0, symbols: new Map<string, number>() })

/** `undefined` for what is not loaded: debugging information, tables of the file. */
function kindOfSection({ flags, type }: ElfSection): SectionKind | undefined {
  if (!(flags & SHF.ALLOC)) return undefined
  if (!(flags & SHF.WRITE)) return 'text'
  return type === SHT.NOBITS ? 'bss' : 'data'
}

/** The symbol at an address: sections are one function or variable each, so that is what a section is. */
function symbolFinder({ ranges }: Image): (address: bigint) => string | undefined {
  const names = new Map(ranges.map(({ start, name }) => [start, name]))
  return (address) => names.get(address)
}
