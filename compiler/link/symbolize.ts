import type { Span } from '../diag/index.ts'
import { lineAt } from '../object/index.ts'
import { rangeAt, type Image } from './image.ts'

/** An address of a panic or of a user. */
export interface CodeAddress {
  readonly address: bigint
  /** `return`: the instruction after a call, as found on a stack; the call itself is meant. */
  readonly kind: 'exact' | 'return'
}

/** What an address is, as a person reads it. */
export interface Frame {
  readonly address: bigint
  /** The function or variable; `undefined` outside the image. */
  readonly symbol: string | undefined
  /** Bytes from the symbol's start to the address itself. */
  readonly offset: number
  readonly span: Span | undefined
}

/** One frame per address, in the same order. `mapSource` turns the compiler's paths into the user's. */
export function symbolize(
  image: Image,
  addresses: readonly CodeAddress[],
  mapSource: (path: string) => string = (path) => path,
): readonly Frame[] {
  return addresses.map(({ address, kind }) => {
    const meant = kind === 'return' ? address - 1n : address
    const range = rangeAt(image, meant)
    const line = lineAt(image.lines(), meant)
    return {
      address,
      symbol: range?.name,
      offset: range ? Number(address - range.start) : 0,
      span: line && { file: mapSource(line.file), line: line.line },
    }
  })
}

/** `0xffffffff80001234 net_poll+0x14 at net/poll.c:31`, as far as it is known. */
export function renderFrame(frame: Frame): string {
  const { address, symbol, offset, span } = frame
  const name =
    symbol === undefined ? ' not in the image' : ` ${symbol}${offset > 0 ? `+0x${offset.toString(16)}` : ''}`
  const place = span ? ` at ${span.file}:${span.line}` : ''
  return `0x${address.toString(16)}${name}${place}`
}
