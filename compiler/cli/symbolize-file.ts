import { ownerFinder, type BuildRecord } from '../build/index.ts'
import type { Host } from '../host/index.ts'
import { readImage, renderFrame, symbolize, type Image } from '../link/index.ts'

/** Addresses of a stack, innermost first, as functions and lines. */
export function symbolizeImage(image: Image, addresses: readonly bigint[]): readonly string[] {
  return symbolize(
    image,
    addresses.map((address, index) => ({
      address,
      kind: index === 0 ? ('exact' as const) : ('return' as const),
    })),
  ).map(renderFrame)
}

/** The same by an image's file; plain numbers when the file with symbols is gone. */
export function symbolizeFile(host: Host, file: string, addresses: readonly bigint[]): readonly string[] {
  const bytes = host.readBytes(file)
  const image = bytes && readImage(bytes, file)
  return image?.ok
    ? symbolizeImage(image.value, addresses)
    : addresses.map((address) => `0x${address.toString(16)}`)
}

/** The stack of a panic, each function with whose it is. */
export interface PanicStack {
  readonly frames: readonly string[]
  /** Whose code gave up: of the innermost function that is not the panic's own. */
  readonly owner: string | undefined
}

/** The functions that only carry a panic on. */
const carriers = new Set(['az_assert_failed'])

/** The stack of a panic in a built image. */
export function symbolizePanic(host: Host, record: BuildRecord, addresses: readonly bigint[]): PanicStack {
  const bytes = host.readBytes(record.symbols)
  const image = bytes && readImage(bytes, record.symbols)
  if (!image?.ok) return { frames: addresses.map((address) => `0x${address.toString(16)}`), owner: undefined }
  const ownerAt = ownerFinder(host, record)
  const frames = addresses.flatMap((address, index) => {
    const kind = index === 0 ? 'exact' : 'return'
    const owner = ownerAt(kind === 'return' ? address - 1n : address)?.name
    return symbolize(image.value, [{ address, kind }]).map((frame) => ({ frame, owner }))
  })
  return {
    frames: frames.map(
      ({ frame, owner }) => `${renderFrame(frame)}${owner === undefined ? '' : ` (${owner})`}`,
    ),
    owner: frames.find(({ frame, owner }) => owner !== undefined && !carriers.has(frame.symbol ?? ''))?.owner,
  }
}
