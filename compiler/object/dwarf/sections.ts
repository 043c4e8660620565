import { SHF, type Elf } from '../elf-types.ts'
import { sectionBytes, sectionNamed } from '../elf.ts'
import { ByteView } from '../view.ts'

/** The debug sections of a linked file, as DWARF's readers need them; one that is missing is empty. */
export interface DebugSections {
  readonly info: ByteView
  readonly abbreviations: ByteView
  readonly strings: ByteView
  readonly lineStrings: ByteView
  readonly stringOffsets: ByteView
  readonly addresses: ByteView
  /** .debug_rnglists of DWARF 5, and .debug_ranges of the versions before. */
  readonly rangeLists: ByteView
  readonly ranges: ByteView
  readonly lines: ByteView
  readonly addressSize: 4 | 8
}

export function debugSections(elf: Elf): DebugSections {
  const view = (name: string) => {
    const section = sectionNamed(elf, name)
    const usable = section && !(section.flags & SHF.COMPRESSED)
    return new ByteView((usable && sectionBytes(elf, section)) || new Uint8Array(0))
  }
  return {
    info: view('.debug_info'),
    abbreviations: view('.debug_abbrev'),
    strings: view('.debug_str'),
    lineStrings: view('.debug_line_str'),
    stringOffsets: view('.debug_str_offsets'),
    addresses: view('.debug_addr'),
    rangeLists: view('.debug_rnglists'),
    ranges: view('.debug_ranges'),
    lines: view('.debug_line'),
    addressSize: elf.bits === 32 ? 4 : 8,
  }
}
