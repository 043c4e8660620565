import { errorOf, type Diagnostic } from '../diag/index.ts'

const notYours = 'give yourself the right to write there, or run azbuild in a folder you own'
const inTheWayHint = 'move it elsewhere, or build from another folder'

/** What a file operation that failed means for the user; `undefined` when the error is no system error. */
export function systemProblem(error: unknown): Diagnostic | undefined {
  const { code, path, syscall } = error as NodeJS.ErrnoException
  if (typeof code !== 'string' || syscall === undefined) return undefined
  const span = path === undefined ? {} : { span: { file: path } }
  const other = (): Diagnostic =>
    errorOf('host/system-error', `${syscall} failed: ${code}`, { ...span, cause: 'machine' })
  switch (code) {
    case 'ENOSPC':
    case 'EDQUOT':
      return diskFull(path)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return errorOf(
        'host/cannot-write',
        `This path cannot be ${syscall === 'open' || syscall === 'mkdir' ? 'written' : 'used'} (${code})`,
        {
          ...span,
          cause: 'machine',
          hint: notYours,
        },
      )
    case 'ENOENT':
      return syscall === 'mkdir'
        ? errorOf('host/cannot-write', `No folder can be made here (${code})`, {
            ...span,
            cause: 'machine',
            hint: notYours,
          })
        : other()
    case 'ENOTDIR':
    case 'EEXIST':
      return errorOf('host/in-the-way', 'A file is in the way: azbuild needs a folder here', {
        ...span,
        hint: inTheWayHint,
      })
    case 'EISDIR':
      return errorOf('host/in-the-way', 'A folder is in the way: azbuild needs a file here', {
        ...span,
        hint: inTheWayHint,
      })
    default:
      return other()
  }
}

/** No room left, found out by us or by a program we ran. */
export const diskFull = (path?: string): Diagnostic =>
  errorOf('host/disk-full', 'The disk is full', {
    ...(path === undefined ? {} : { span: { file: path } }),
    cause: 'machine',
    hint: 'make room and run the command again: nothing is half-written; azbuild clean --cache frees what azbuild keeps',
  })
