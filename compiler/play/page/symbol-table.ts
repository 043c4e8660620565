/**
 * What a page needs to turn the addresses of a panic into functions and lines: an image's symbols and line table, made
 * small. Names are numbers, and one row stands for all code that comes from one line.
 */
export interface SymbolTable {
  /** Hex digits; a panic of another image is not for this table. */
  readonly buildId: string
  /** Functions, files and owners. */
  readonly names: readonly string[]
  /** By rising start, flat: start, bytes, name, owner (-1: unknown). */
  readonly functions: readonly number[]
  /** By rising address, flat: bytes from the row before, file (-1: unknown from here on), line. */
  readonly lines: readonly number[]
}

/** The stack of a panic as lines of text, innermost first; the first address is exact, the others follow calls. */
export function namedFrames(
  table: SymbolTable | undefined,
  buildId: string,
  addresses: readonly bigint[],
): readonly string[] {
  const known = table?.buildId === buildId.toLowerCase() ? table : undefined
  return addresses.map((address, index) => {
    const plain = `0x${address.toString(16)}`
    if (known === undefined) return plain
    return `${plain} ${nameAt(known, Number(address), Number(index === 0 ? address : address - 1n))}`
  })
}

/** `meant` is where to look, `address` what the offset into the function counts to. */
function nameAt({ names, functions, lines }: SymbolTable, address: number, meant: number): string {
  let found = -1
  for (let i = 0; i < functions.length && functions[i]! <= meant; i += 4)
    if (meant < functions[i]! + functions[i + 1]!) found = i
  if (found < 0) return 'not in the image'
  let place = ''
  for (let i = 0, at = 0; i < lines.length; i += 3) {
    at += lines[i]!
    if (at > meant) break
    place = lines[i + 1]! < 0 ? '' : ` at ${names[lines[i + 1]!]}:${lines[i + 2]}`
  }
  const offset = address - functions[found]!
  const into = offset > 0 ? `+0x${offset.toString(16)}` : ''
  const owner = functions[found + 3]!
  return `${names[functions[found + 2]!]}${into}${place}${owner < 0 ? '' : ` (${names[owner]})`}`
}
