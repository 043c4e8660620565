import { InvariantError } from '../diag/index.ts'

/** What an error nobody foresaw is shown as: whose fault it is, how to report it, and only then where it happened. */
export function bugReport(error: unknown, version: string, args: readonly string[]): string {
  const what = error instanceof Error ? error.message : String(error)
  const stack =
    error instanceof Error ? (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line)) : []
  const kind = error instanceof InvariantError ? 'broken invariant' : 'unexpected error'
  return [
    `This is a bug of azbuild, not of your input (${kind}): ${what}`,
    `Please report it with these lines: azbuild ${version}, node ${process.version}, ${process.platform} ${process.arch}`,
    `  azbuild ${args.join(' ')}`,
    ...stack,
    '',
  ].join('\n')
}
