import type { Host } from '../host/index.ts'
import { readImage, renderFrame, symbolize, type Image } from '../link/index.ts'

/** Addresses of a stack, innermost first, as functions and lines. */
export function symbolizeImage(image: Image, addresses: readonly bigint[]): readonly string[] {
  return symbolize(
    image,
    addresses.map((address, index) => ({ address, kind: index === 0 ? ('exact' as const) : ('return' as const) })),
  ).map(renderFrame)
}

/** The same by an image's file; plain numbers when the file with symbols is gone. */
export function symbolizeFile(host: Host, file: string, addresses: readonly bigint[]): readonly string[] {
  const bytes = host.readBytes(file)
  const image = bytes && readImage(bytes, file)
  return image?.ok ? symbolizeImage(image.value, addresses) : addresses.map((address) => `0x${address.toString(16)}`)
}
