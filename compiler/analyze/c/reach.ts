import { SHF, type ElfRelocation } from '../../object/index.ts'
import { isKept, type ObjectFile } from './object-file.ts'
import type { ResolvedLink } from './resolve.ts'

/** A section in a file: what the linker keeps or drops as a whole. */
export interface SectionNode {
  readonly file: ObjectFile
  readonly section: number
  /** The reference that first reached it; `undefined` for a root. */
  readonly via: Reference | undefined
}

/** A place in a reached section that refers to something: a relocation, or an instruction that traps. */
export interface Reference {
  readonly from: SectionNode
  /** Into the section. */
  readonly offset: number
  readonly kind: 'call' | 'reference' | 'trap'
  /** The global symbol it names; `undefined` when it points at something local. */
  readonly symbol: string | undefined
  /** For a local target the section, and the offset into it. */
  readonly local: { readonly section: number; readonly offset: number } | undefined
}

export interface Reach {
  /** Every reached section, nearest first. */
  readonly nodes: readonly SectionNode[]
  /** For each global symbol referred to, the first reference in order of distance. */
  readonly references: ReadonlyMap<string, Reference>
  /** Of symbols that are referred to weakly, the first such reference: code that does without what is not there. */
  readonly weakReferences: ReadonlyMap<string, Reference>
  readonly has: (file: ObjectFile, section: number) => boolean
  /** Every reference from a reached section to another section of the link. */
  readonly referencesInto: (file: ObjectFile, section: number) => readonly Reference[]
  /** Every reference from a reached section to a global symbol. */
  readonly referencesTo: (symbol: string) => readonly Reference[]
}

/**
 * Walks relocations breadth first, as `--gc-sections` does, so that the way back from any section is a shortest
 * one. `rootGroups` are taken in turn: what an earlier group reaches is explained by it alone. A reference to
 * `__start_x` or `__stop_x` keeps every section `x`, as linker scripts that collect tables do.
 */
export function reachSections(link: ResolvedLink, rootGroups: readonly (readonly Root[])[]): Reach {
  const nodes: SectionNode[] = []
  const references = new Map<string, Reference>()
  const weakReferences = new Map<string, Reference>()
  const seen = new Map<ObjectFile, Set<number>>()
  const into = new Map<ObjectFile, Map<number, Reference[]>>()
  const byName = new Map<string, Reference[]>()
  const together = companions(link)
  const bounded = boundedSections(link)

  const enter = (file: ObjectFile, start: number, via: Reference | undefined) => {
    if (via) {
      const sections = into.get(file) ?? new Map<number, Reference[]>()
      into.set(file, sections)
      append(sections, start, via)
    }
    const mine = seen.get(file) ?? new Set()
    seen.set(file, mine)
    const waiting = [start]
    for (let section = waiting.pop(); section !== undefined; section = waiting.pop()) {
      const header = file.elf.sections[section]
      if (!header || !(header.flags & SHF.ALLOC) || mine.has(section)) continue
      if (link.discarded.get(file)?.has(section)) continue
      mine.add(section)
      nodes.push({ file, section, via })
      waiting.push(...(together.get(file)?.get(section) ?? []))
    }
  }
  const enterSymbol = (name: string, via: Reference | undefined) => {
    const target = link.resolutions.get(name)
    if (target?.kind === 'defined') {
      const section = target.file.symbols[target.symbol]?.section
      if (typeof section === 'number') enter(target.file, section, via)
    } else for (const { file, section } of bounded.get(name) ?? []) enter(file, section, via)
  }
  const follow = (from: SectionNode, relocation: ElfRelocation) => {
    const symbol = from.file.symbols[relocation.symbol]
    if (!symbol) return
    const place = {
      from,
      offset: relocation.offset,
      kind: isCall(from.file, relocation) ? ('call' as const) : ('reference' as const),
    }
    if (symbol.binding === 'local') {
      if (typeof symbol.section !== 'number') return
      const offset = Number(symbol.value) + relocation.addend + pcBias(from.file, relocation)
      enter(from.file, symbol.section, {
        ...place,
        symbol: undefined,
        local: { section: symbol.section, offset: symbol.type === 'section' ? offset : Number(symbol.value) },
      })
      return
    }
    const reference = { ...place, symbol: symbol.name, local: undefined }
    const weak = symbol.binding === 'weak' && symbol.section === 'undefined'
    const known = weak ? weakReferences : references
    if (!known.has(symbol.name)) known.set(symbol.name, reference)
    append(byName, symbol.name, reference)
    enterSymbol(symbol.name, reference)
  }

  let next = 0
  for (const group of rootGroups) {
    for (const root of group) {
      if (root.kind === 'symbol') enterSymbol(root.name, undefined)
      else enter(root.file, root.section, undefined)
    }
    for (let node = nodes[next]; node; node = nodes[next]) {
      next++
      for (const relocation of node.file.relocationsOf(node.section)) {
        if (node.file.elf.sections[node.section]?.name !== '.eh_frame') follow(node, relocation)
        else if (!pointsAtCode(node.file, relocation)) follow(node, relocation)
      }
    }
  }
  return {
    nodes,
    references,
    weakReferences,
    has: (file, section) => seen.get(file)?.has(section) ?? false,
    referencesInto: (file, section) => into.get(file)?.get(section) ?? [],
    referencesTo: (symbol) => byName.get(symbol) ?? [],
  }
}

function append<K>(lists: Map<K, Reference[]>, key: K, reference: Reference): void {
  const list = lists.get(key)
  if (list) list.push(reference)
  else lists.set(key, [reference])
}

export type Root =
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'section'; readonly file: ObjectFile; readonly section: number }

/** The sections of files of `origin` that live without being referred to: start-up tables, notes, unwind tables. */
export function keptRoots(link: ResolvedLink, origin: ObjectFile['origin']): readonly Root[] {
  return link.files
    .filter((file) => file.origin === origin)
    .flatMap((file) =>
      file.elf.sections
        .filter((section) => isKept(section) || section.name === '.eh_frame')
        .map((section): Root => ({ kind: 'section', file, section: section.index })),
    )
}

/** True for a relocation that says `call` or `jump`: i386 code without PIC uses PC32 for nothing else. */
function isCall(file: ObjectFile, relocation: ElfRelocation): boolean {
  return relocation.type === 4 || (file.elf.machine === 'i386' && relocation.type === 2)
}

/** What a pc-relative addend lacks because the processor counts from the end of the 4-byte field. */
export function pcBias(file: ObjectFile, { type }: ElfRelocation): number {
  if (file.elf.machine === 'i386') return type === 2 || type === 4 ? 4 : 0
  return type === 2 || type === 4 || type === 9 || type === 41 || type === 42 ? 4 : 0
}

/** Unwind entries name the code they describe, which must not keep it; handlers and their tables do count. */
function pointsAtCode(file: ObjectFile, relocation: ElfRelocation): boolean {
  const section = file.symbols[relocation.symbol]?.section
  return typeof section === 'number' && ((file.elf.sections[section]?.flags ?? 0) & SHF.EXECINSTR) !== 0
}

type Companions = ReadonlyMap<ObjectFile, ReadonlyMap<number, readonly number[]>>

/** Sections that a section brings along: its group, and those with SHF_LINK_ORDER on it. */
function companions(link: ResolvedLink): Companions {
  const result = new Map<ObjectFile, Map<number, number[]>>()
  for (const file of link.files) {
    const mine = new Map<number, number[]>()
    const add = (from: number, to: number) => {
      const list = mine.get(from)
      if (list) list.push(to)
      else mine.set(from, [to])
    }
    for (const { members } of file.groups)
      for (const from of members) for (const to of members) if (from !== to) add(from, to)
    for (const section of file.elf.sections)
      if (section.flags & SHF.LINK_ORDER && section.link !== 0) add(section.link, section.index)
    if (mine.size > 0) result.set(file, mine)
  }
  return result
}

/** `__start_x` and `__stop_x` -> the sections named `x`, for names that are C identifiers. */
function boundedSections(
  link: ResolvedLink,
): ReadonlyMap<string, readonly { file: ObjectFile; section: number }[]> {
  const result = new Map<string, { file: ObjectFile; section: number }[]>()
  for (const file of link.files)
    for (const { name, index, flags } of file.elf.sections) {
      if (!(flags & SHF.ALLOC) || !/^[A-Za-z_]\w*$/.test(name)) continue
      for (const bound of [`__start_${name}`, `__stop_${name}`])
        result.set(bound, [...(result.get(bound) ?? []), { file, section: index }])
    }
  return result
}
