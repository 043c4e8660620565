import { fail, ok, type Result } from '../../diag/index.ts'
import {
  readElf,
  readLineTable,
  readRelocations,
  readSymbols,
  relocationSections,
  sectionBytes,
  ByteView,
  SHF,
  SHT,
  type Elf,
  type ElfRelocation,
  type ElfSection,
  type ElfSymbol,
  type LineTable,
} from '../../object/index.ts'
import { notRelocatable } from '../diagnostics.ts'

/** A relocatable object as the linker sees it. Relocations and lines are read when first asked for. */
export interface ObjectFile {
  /** `main.o`, or `libc.a(printf.o)`. */
  readonly name: string
  readonly origin: 'app' | 'library'
  /** Place in link order. */
  readonly order: number
  readonly elf: Elf
  readonly symbols: readonly ElfSymbol[]
  readonly groups: readonly SectionGroup[]
  readonly relocationsOf: (section: number) => readonly ElfRelocation[]
  readonly lines: () => LineTable
}

/** SHT_GROUP: sections that live and die together; of COMDAT groups with one signature the first is kept. */
export interface SectionGroup {
  readonly signature: string
  readonly comdat: boolean
  readonly members: readonly number[]
}

/** Reads an object. Relocations that cannot be read are a problem now, not when they are asked for. */
export function readObjectFile(
  bytes: Uint8Array,
  name: string,
  origin: ObjectFile['origin'],
  order: number,
): Result<ObjectFile> {
  const elf = readElf(bytes, name)
  if (!elf.ok) return elf
  if (elf.value.type !== 'relocatable') return fail(notRelocatable(name))
  const symbols = readSymbols(elf.value)
  if (!symbols.ok) return symbols
  const tables = relocationSections(elf.value)
  const relocations = new Map<number, readonly ElfRelocation[]>()
  for (const [section, table] of tables) {
    const target = elf.value.sections[section]
    if (!target || !(target.flags & SHF.ALLOC)) continue
    const list = readRelocations(elf.value, table)
    if (!list.ok) return list
    relocations.set(section, list.value)
  }
  let lines: LineTable | undefined
  return ok({
    name,
    origin,
    order,
    elf: elf.value,
    symbols: symbols.value.map(nameOfCall),
    groups: readGroups(elf.value, symbols.value),
    relocationsOf: (section) => relocations.get(section) ?? [],
    lines: () => (lines ??= readLineTable(elf.value)),
  })
}

/** libc's cancellation points go by a name of their own (toolchain/cancellation-points.ts), but are the system call to whoever asks. */
function nameOfCall(symbol: ElfSymbol): ElfSymbol {
  return symbol.section === 'undefined' && symbol.name.startsWith('az_cp_')
    ? { ...symbol, name: symbol.name.replace('az_cp_', 'az_sys_') }
    : symbol
}

/** Sections that `--gc-sections` keeps by themselves: start-up tables, notes, and what asks to be retained. */
export function isKept(section: ElfSection): boolean {
  if (!(section.flags & SHF.ALLOC)) return false
  if (section.flags & SHF.GNU_RETAIN) return true
  switch (section.type) {
    case SHT.INIT_ARRAY:
    case SHT.FINI_ARRAY:
    case SHT.PREINIT_ARRAY:
      return true
    case SHT.NOTE:
      return !(section.flags & SHF.GROUP)
    default:
      return /^\.(ctors|dtors|init|fini|jcr)/.test(section.name)
  }
}

function readGroups(elf: Elf, symbols: readonly ElfSymbol[]): readonly SectionGroup[] {
  const groups: SectionGroup[] = []
  for (const section of elf.sections) {
    if (section.type !== SHT.GROUP) continue
    const view = new ByteView(sectionBytes(elf, section) ?? new Uint8Array(0))
    const words = Array.from({ length: Math.floor(view.length / 4) }, (_, index) => view.u32(index * 4))
    const [flags = 0, ...members] = words
    groups.push({ signature: symbols[section.info]?.name ?? '', comdat: (flags & 1) !== 0, members })
  }
  return groups
}
