/** The files being read: the first one, and inside it what `source` statements open. */
import type { Place } from './model.ts'
import type { ParseOptions } from './options.ts'
import * as problems from './problems.ts'
import type { Reports } from './reports.ts'
import { Scanner, type ScannerHost } from './scanner.ts'

const INCLUDES_MAX = 200

interface OpenFile {
  readonly scanner: Scanner
  /** Where its `source` stands; undefined for the first file. */
  readonly from: Place | undefined
  /** How many blocks were open when it began. */
  readonly blocks: number
  /** Files of the same `source` statement that come after it. */
  readonly rest: readonly string[]
}

export class Sources {
  readonly #options: ParseOptions
  readonly #host: ScannerHost
  readonly #reports: Reports
  readonly #open: OpenFile[] = []
  /** Every file read, in order. */
  readonly names = new Set<string>()
  /** Of the file being read. */
  scanner: Scanner

  constructor(options: ParseOptions, host: ScannerHost, reports: Reports) {
    this.#options = options
    this.#host = host
    this.#reports = reports
    this.scanner = new Scanner(options.root, '', host)
  }

  get isOpen(): boolean {
    return this.#open.length > 0
  }

  /** How many blocks were open when the current file began. */
  get blocksAtStart(): number {
    return this.#open.at(-1)?.blocks ?? 0
  }

  /** The `source` statements that lead to the current file, outermost first, for messages. */
  chain(): string[] {
    return this.#open.flatMap(({ from, scanner }) =>
      from === undefined ? [] : [`${from.file}:${from.line} includes ${scanner.file}`],
    )
  }

  openRoot(): void {
    const { root, read } = this.#options
    const text = read(root)
    this.names.add(root)
    if (text === undefined) this.#reports.missingRoot({ file: root, line: 1 }, root)
    else this.#push(root, text, undefined, 0, [])
  }

  /** Opens the first of `paths` that can be; the others follow when it ends. */
  include(paths: readonly string[], place: Place, isOptional: boolean, blocks: number): void {
    for (const [i, path] of paths.entries()) {
      const text = this.#options.read(path)
      if (text === undefined) {
        if (!isOptional) this.#reports.missingFile(place, path)
      } else if (this.#open.some(({ scanner }) => scanner.file === path)) {
        const open = this.#open.map(({ scanner, from }) => ({ file: scanner.file, from }))
        this.#reports.sourceLoop(place, path, open)
      } else if (this.#open.length >= INCLUDES_MAX) {
        this.#reports.add(problems.tooDeep(place, this.chain(), 'files', INCLUDES_MAX))
      } else {
        return this.#push(path, text, place, blocks, paths.slice(i + 1))
      }
    }
  }

  /** Goes back to the file that included the current one, or on to the next file of the same statement. */
  close(blocks: number): void {
    const closed = this.#open.pop()
    const last = this.#open.at(-1)
    if (last === undefined) return
    this.scanner = last.scanner
    if (closed?.from !== undefined) this.include(closed.rest, closed.from, true, blocks)
  }

  #push(file: string, text: string, from: Place | undefined, blocks: number, rest: readonly string[]): void {
    this.names.add(file)
    this.scanner = new Scanner(file, text, this.#host)
    this.#open.push({ scanner: this.scanner, from, blocks, rest })
  }
}
