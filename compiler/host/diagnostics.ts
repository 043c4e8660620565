import { errorOf, type Diagnostic } from '../diag/index.ts'

const inTheWayHint = 'move it elsewhere, or build from another folder'

/** What a file operation that failed means for the user; `undefined` when the error is no system error. */
export function systemProblem(error: unknown): Diagnostic | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException
  if (typeof code !== 'string' || syscall === undefined) return undefined
  const span = path === undefined ? {} : { span: { file: path } }
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return errorOf('host/disk-full', 'The disk is full', {
        ...span,
        cause: 'machine',
        hint: 'make room and run the command again: nothing is half-written; azbuild clean --cache frees what azbuild keeps',
      })
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return errorOf('host/cannot-write', `This path cannot be ${syscall === 'open' || syscall === 'mkdir' ? 'written' : 'used'} (${code})`, {
        ...span,
        cause: 'machine',
        hint: 'give yourself the right to write there, or run azbuild in a folder you own',
      })
    case 'ENOTDIR':
    case 'EEXIST':
      return errorOf('host/in-the-way', 'A file is in the way: azbuild needs a folder here', { ...span, hint: inTheWayHint })
    case 'EISDIR':
      return errorOf('host/in-the-way', 'A folder is in the way: azbuild needs a file here', { ...span, hint: inTheWayHint })
    default:
      return errorOf('host/system-error', `${syscall} failed: ${code}`, { ...span, cause: 'machine' })
  }
}
