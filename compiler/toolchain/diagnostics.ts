import { errorOf, type Diagnostic } from '../diag/index.ts'

/** A row of the system call table that cannot be read. */
export function badSyscallTable(file: string, line: number, what: string): Diagnostic {
  return errorOf('toolchain/bad-syscall-table', `The system call table cannot be read: ${what}`, {
    span: { file, line },
    hint: 'The head of the file describes its columns.',
  })
}
