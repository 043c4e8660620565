/** File names that match a pattern with `*`, `?` and `[...]`, as a shell expands it. */

/** The names in a directory; none when there is no such directory. `''` is the current one. */
export type ListDirectory = (directory: string) => readonly string[]

/** The paths that match, sorted. */
export function expandGlob(pattern: string, list: ListDirectory): string[] {
  const isAbsolute = pattern.startsWith('/')
  let found = [isAbsolute ? '/' : '']
  for (const part of pattern.split('/').filter((each) => each !== '')) {
    const matches = /[*?[]/.test(part) ? matcher(part) : undefined
    found = found.flatMap((directory) => {
      const path = (name: string): string =>
        directory === '' || directory === '/' ? directory + name : `${directory}/${name}`
      // A plain part need not be looked for in a directory that may not be readable; reading the file will tell.
      return matches === undefined ? [path(part)] : list(directory).filter(matches).sort().map(path)
    })
  }
  return found
}

function matcher(part: string): (name: string) => boolean {
  const source = part.replace(/\[(!?)([^\]]+)\]|[*?]|[^\w\s]/g, (text, not?: string, set?: string) => {
    if (text === '*') return '[^/]*'
    if (text === '?') return '[^/]'
    if (set !== undefined) return `[${not === '!' ? '^' : ''}${set.replace(/[\\\]^]/g, '\\$&')}]`
    return `\\${text}`
  })
  const regexp = new RegExp(`^${source}$`)
  return (name) => (name.startsWith('.') ? part.startsWith('.') : true) && regexp.test(name)
}
