import type { Diagnostic } from './diagnostic.ts'

/** What a stage returns: its value, or the errors that kept it from one. Warnings travel with both. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Diagnostic[] }
  | { readonly ok: false; readonly problems: readonly Diagnostic[] }

/** A success. */
export function ok<T>(value: T, warnings: readonly Diagnostic[] = []): Result<T> {
  return { ok: true, value, warnings }
}

/** A failure; `problems` holds at least one error. */
export function fail<T = never>(...problems: readonly Diagnostic[]): Result<T> {
  return { ok: false, problems }
}
