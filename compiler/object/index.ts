/** The door of `object`: readers of ELF, `ar` and DWARF. Any bytes at all give a value or a problem, never a throw. */
export * from './archive.ts'
export * from './elf.ts'
export * from './elf-types.ts'
export * from './dwarf/inlines.ts'
export * from './dwarf/lines.ts'
export * from './symbols.ts'
export { ByteView } from './view.ts'
