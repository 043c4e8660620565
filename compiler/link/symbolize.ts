import type { Span } from '../diag/index.ts'
import { lineAt, type SourceLine } from '../object/index.ts'
import { rangeAt, type Image } from './image.ts'

/** An address of a panic or of a user. */
export interface CodeAddress {
  readonly address: bigint
  /** `return`: the instruction after a call, as found on a stack; the call itself is meant. */
  readonly kind: 'exact' | 'return'
}

/** One function at an address, as a person reads it. */
export interface Frame {
  readonly address: bigint
  /** The function or variable; `undefined` outside the image. */
  readonly symbol: string | undefined
  /** True for a function that was inlined into the one of the next frame. */
  readonly inlined: boolean
  /** Bytes from the symbol's start to the address; 0 for an inlined function, which has no start. */
  readonly offset: number
  readonly span: Span | undefined
}

/**
 * The frames of each address in turn, the innermost of those inlined there first. `mapSource` turns the compiler's
 * paths into the user's.
 */
export function symbolize(
  image: Image,
  addresses: readonly CodeAddress[],
  mapSource: (path: string) => string = (path) => path,
): readonly Frame[] {
  const spanOf = (line: SourceLine | undefined) => line && { file: mapSource(line.file), line: line.line }
  return addresses.flatMap(({ address, kind }) => {
    const meant = kind === 'return' ? address - 1n : address
    const range = rangeAt(image, meant)
    // Debug information of code that was dropped claims addresses near 0: only code that is there is asked about.
    const inlined = range?.code ? image.inlines().inlinedAt(meant) : []
    const lines = [lineAt(image.lines(), meant), ...inlined.map((one) => one.call)]
    const outer = {
      address,
      symbol: range?.name,
      inlined: false,
      offset: range ? Number(address - range.start) : 0,
      span: spanOf(lines.at(-1)),
    }
    const inner = inlined.map((one, index) => ({
      address,
      symbol: one.name,
      inlined: true,
      offset: 0,
      span: spanOf(lines[index]),
    }))
    return [...inner, outer]
  })
}

/** `0xffffffff80001234 net_poll+0x14 at net/poll.c:31`, as far as it is known. */
export function renderFrame({ address, symbol, inlined, offset, span }: Frame): string {
  const place = span ? ` at ${span.file}:${span.line}` : ''
  const into = offset > 0 ? `+0x${offset.toString(16)}` : ''
  const name =
    symbol === undefined ? 'not in the image' : inlined ? `${symbol} (inlined)` : `${symbol}${into}`
  return `0x${address.toString(16)} ${name}${place}`
}
