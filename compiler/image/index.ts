/** The door of `image`: a linked ELF file becomes what a machine boots. Pure. */
export * from './strip-elf.ts'
