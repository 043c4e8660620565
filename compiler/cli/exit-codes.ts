import type { Diagnostic } from '../diag/index.ts'

/** What azbuild's exit status means; `run` otherwise exits with the guest's own. Scripts rely on these. */
export const exitCodes = {
  ok: 0,
  /** The user's input: a source, a configuration, a missing folder. */
  input: 1,
  /** The command line. */
  usage: 2,
  /** Something missing on this machine. */
  machine: 3,
  /** Our own bug. */
  bug: 70,
  timeout: 124,
  /** The guest panicked or faulted: as a shell says of a program that aborted. */
  guestFault: 134,
  /** Ctrl-C. */
  interrupted: 130,
} as const

/** The exit status for a set of problems. */
export function exitCodeOf(problems: readonly Diagnostic[]): number {
  const errors = problems.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return exitCodes.ok
  return errors.every(({ cause }) => cause === 'machine') ? exitCodes.machine : exitCodes.input
}
