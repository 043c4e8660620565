import { errorOf, type Diagnostic } from '../diag/index.ts'

/** A file that should hold ELF and does not, or is of a kind that azbuild does not read. */
export function notElf(file: string, found: string): Diagnostic {
  return errorOf('object/not-elf', `This is not an ELF file for x86: ${found}`, {
    span: { file },
    hint: 'objects must be compiled for i386 or x86_64 Linux, without link-time optimisation',
  })
}

/** An ELF file whose own tables contradict it. */
export function malformedElf(file: string, what: string): Diagnostic {
  return errorOf('object/malformed-elf', `This ELF file is damaged: ${what}`, {
    span: { file },
    hint: 'remove the file and build again; `azbuild clean --cache` drops what came from the cache',
  })
}

/** An `ar` archive that cannot be read. */
export function malformedArchive(file: string, what: string): Diagnostic {
  return errorOf('object/malformed-archive', `This archive is damaged: ${what}`, {
    span: { file },
    hint: 'remove the file and build again; `azbuild clean --cache` drops what came from the cache',
  })
}
