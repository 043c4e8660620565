import { ownerFinder, type BuildRecord } from '../build/index.ts'
import type { Host } from '../host/index.ts'
import { readImage, type Image } from '../link/index.ts'
import type { SymbolTable } from './page/symbol-table.ts'

/** The table for a built image; undefined when the file with symbols is gone. */
export function makeSymbolTable(host: Host, record: BuildRecord): SymbolTable | undefined {
  const bytes = host.readBytes(record.symbols)
  const image = bytes && readImage(bytes, record.symbols)
  return image?.ok ? tableOf(image.value, ownerFinder(host, record)) : undefined
}

/** Without what was inlined: a line is that of the innermost source, the function the one whose code it became. */
function tableOf(
  image: Image,
  ownerAt: (address: bigint) => { readonly name: string } | undefined,
): SymbolTable {
  const names: string[] = []
  const numbers = new Map<string, number>()
  const numberOf = (name: string): number => {
    const number = numbers.get(name) ?? names.push(name) - 1
    numbers.set(name, number)
    return number
  }
  const code = image.ranges.filter((range) => range.code)
  const functions = code.flatMap(({ name, start, end }) => {
    const owner = ownerAt(start)?.name
    return [Number(start), Number(end - start), numberOf(name), owner === undefined ? -1 : numberOf(owner)]
  })
  return { buildId: image.buildId ?? '', names, functions, lines: linesOf(image, numberOf) }
}

function linesOf(image: Image, numberOf: (name: string) => number): readonly number[] {
  const lines: number[] = []
  let last = 0
  let lastPlace = ''
  const put = (address: number, file: number, line: number): void => {
    if (`${file}:${line}` === lastPlace) return
    lines.push(address - last, file, line)
    last = address
    lastPlace = `${file}:${line}`
  }
  const sequences = [...image.lines().sequences].sort((a, b) => Number(a.start - b.start))
  for (const { start, size, rows, files } of sequences) {
    const begin = Number(start)
    if (begin < last) continue // code that was dropped claims addresses near 0, and overlaps
    for (const { offset, file, line } of rows) {
      const name = files[file]
      // Line 0 marks code without a line of its own: the last line before it is the nearest to the truth.
      if (line > 0 && name !== undefined && offset < size) put(begin + offset, numberOf(name), line)
    }
    put(begin + size, -1, 0)
  }
  return lines
}
