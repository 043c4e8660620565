/** One call of the table of initialisers that `emit` writes. */
export interface InitCall {
  readonly level: string
  readonly component: string
  readonly function: string
}

/** The calls in order, read back from the generated `init.c`: the record of a build does not keep them. */
export function parseInitTable(source: string): readonly InitCall[] {
  const calls: InitCall[] = []
  let level = ''
  let name = ''
  for (const line of source.split('\n')) {
    level = /^ {4}\/\* (\w+) \*\/$/.exec(line)?.[1] ?? level
    name = /^ {4}error = (\w+)\(\);$/.exec(line)?.[1] ?? name
    const component = /az_panic\("(\S+) cannot start/.exec(line)?.[1]
    if (component !== undefined) calls.push({ level, component, function: name })
  }
  return calls
}
