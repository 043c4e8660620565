/**
 * What can be wrong with a Kconfig file, one factory per code. A problem has the shape of azbuild's `Diagnostic`
 * and carries the line that C `conf` prints for it, where C knows the case.
 */
import type { Place } from './model.ts'

export interface Problem {
  /** `kconfig/what`, with a page in docs/errors/. */
  readonly code: `kconfig/${string}`
  readonly severity: 'error' | 'warning'
  readonly message: string
  readonly span: Place
  readonly hint?: string
  /** The chain of `source` statements, outermost first. */
  readonly because?: readonly string[]
}

type Chain = readonly string[]

function problem(
  severity: Problem['severity'],
  what: string,
  message: string,
  { file, line }: Place,
  chain: Chain = [],
  hint?: string,
): Problem {
  return {
    code: `kconfig/${what}`,
    severity,
    message,
    span: { file, line },
    ...(chain.length > 0 ? { because: chain } : {}),
    ...(hint === undefined ? {} : { hint }),
  }
}

export const missingFile = (at: Place, chain: Chain, file: string): Problem =>
  problem('error', 'missing-file', `The file "${file}" cannot be read`, at, chain)

export const sourceLoop = (at: Place, chain: Chain, file: string): Problem =>
  problem('error', 'source-loop', `"${file}" includes itself; it is left out here`, at, chain)

export const syntax = (at: Place, chain: Chain, message: string): Problem =>
  problem('error', 'syntax', message, at, chain)

export const ignoredCharacter = (at: Place, chain: Chain, char: string): Problem =>
  problem('warning', 'ignored-character', `The character ${JSON.stringify(char)} is ignored`, at, chain)

export const openString = (at: Place, chain: Chain): Problem =>
  problem('warning', 'open-string', 'The string has no closing quote; it ends with the line', at, chain)

export const noNewline = (at: Place, chain: Chain): Problem =>
  problem('warning', 'no-newline', 'The file does not end with a new line', at, chain)

export const badBlock = (at: Place, chain: Chain, message: string): Problem =>
  problem('error', 'block', message, at, chain)

export const macroError = (at: Place, chain: Chain, message: string): Problem =>
  problem('error', 'macro', message, at, chain)

export const userMessage = (
  at: Place,
  chain: Chain,
  severity: Problem['severity'],
  message: string,
): Problem => problem(severity, severity === 'error' ? 'error-if' : 'warning-if', message, at, chain)

export const shellRefused = (at: Place, chain: Chain, command: string): Problem =>
  problem(
    'warning',
    'shell-refused',
    `$(shell) is not allowed here; the command is taken to print nothing: ${command}`,
    at,
    chain,
    'pass a `shell` function to parseKconfig, or leave commands out of the tree',
  )

export const redefined = (at: Place, message: string): Problem => problem('warning', 'redefined', message, at)

export const badHelp = (at: Place, message: string): Problem => problem('warning', 'help', message, at)

export const badEntry = (at: Place, message: string): Problem => problem('warning', 'entry', message, at)

export const tooDeep = (at: Place, chain: Chain, what: string, limit: number): Problem =>
  problem('error', 'too-deep', `${what} are nested deeper than ${limit}`, at, chain)

export const recursion = (at: Place, steps: readonly string[]): Problem => ({
  ...problem('error', 'recursive-dependency', `The symbol depends on itself: ${steps.join(', ')}`, at),
  hint: 'take one of these dependencies out, or turn a select into depends on',
})
