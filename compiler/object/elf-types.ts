import type { ByteView } from './view.ts'

/** An ELF file for x86. Names and meanings as in the System V gABI, chapter 4 and 5. */
export interface Elf {
  /** The path it came from, for messages. */
  readonly file: string
  readonly bits: 32 | 64
  readonly machine: 'i386' | 'x86_64'
  readonly type: 'relocatable' | 'executable' | 'shared' | 'other'
  readonly entry: bigint
  readonly headerBytes: number
  readonly sectionHeaders: FileRange
  readonly segmentHeaders: FileRange
  readonly sections: readonly ElfSection[]
  readonly segments: readonly ElfSegment[]
  readonly view: ByteView
}

/** Bytes [offset, offset + size) of a file. */
export interface FileRange {
  readonly offset: number
  readonly size: number
}

export interface ElfSection {
  readonly index: number
  readonly name: string
  readonly type: number
  readonly flags: number
  readonly address: bigint
  readonly offset: number
  /** In memory; a section of type NOBITS has none of it in the file. */
  readonly size: number
  readonly link: number
  readonly info: number
  readonly alignment: number
  readonly entrySize: number
}

export interface ElfSegment {
  readonly type: number
  readonly flags: number
  readonly offset: number
  readonly virtualAddress: bigint
  readonly physicalAddress: bigint
  readonly fileSize: number
  readonly memorySize: number
  readonly alignment: number
}

export type SymbolBinding = 'local' | 'global' | 'weak' | 'other'
export type SymbolType = 'none' | 'object' | 'function' | 'section' | 'file' | 'common' | 'tls' | 'other'
export type SymbolVisibility = 'default' | 'internal' | 'hidden' | 'protected'

export interface ElfSymbol {
  readonly name: string
  /** An address; in a relocatable file an offset into its section, for a common symbol its alignment. */
  readonly value: bigint
  readonly size: number
  readonly type: SymbolType
  readonly binding: SymbolBinding
  readonly visibility: SymbolVisibility
  /** The index of the section that defines it. */
  readonly section: number | 'undefined' | 'absolute' | 'common'
}

export interface ElfRelocation {
  /** Offset into the section it changes. */
  readonly offset: number
  /** R_386_* or R_X86_64_*. */
  readonly type: number
  readonly symbol: number
  readonly addend: number
}

export interface ElfNote {
  readonly name: string
  readonly type: number
  readonly description: Uint8Array
}

/** sh_type values that azbuild looks at. */
export const SHT = {
  PROGBITS: 1,
  SYMTAB: 2,
  STRTAB: 3,
  RELA: 4,
  NOTE: 7,
  NOBITS: 8,
  REL: 9,
  INIT_ARRAY: 14,
  FINI_ARRAY: 15,
  PREINIT_ARRAY: 16,
  GROUP: 17,
  SYMTAB_SHNDX: 18,
} as const

/** sh_flags bits. */
export const SHF = {
  WRITE: 0x1,
  ALLOC: 0x2,
  EXECINSTR: 0x4,
  MERGE: 0x10,
  LINK_ORDER: 0x80,
  GROUP: 0x200,
  TLS: 0x400,
  COMPRESSED: 0x800,
  GNU_RETAIN: 0x200000,
} as const

/** p_type values and p_flags bits. */
export const PT = { LOAD: 1, NOTE: 4, TLS: 7, GNU_STACK: 0x6474e551 } as const
export const PF = { X: 1, W: 2, R: 4 } as const
