/** Thrown when azbuild itself is wrong; the CLI prints how to report it and exits with 70. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError'
}

/** Throws an `InvariantError` unless `condition` holds: for our own bugs, never for the user's input. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantError(message)
}
