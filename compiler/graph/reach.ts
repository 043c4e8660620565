/** Everything reachable from `start` over `next`, `start` itself included. */
export function reachable<T>(start: Iterable<T>, next: (node: T) => Iterable<T>): Set<T> {
  const seen = new Set(start)
  for (const node of seen) for (const other of next(node)) seen.add(other)
  return seen
}
