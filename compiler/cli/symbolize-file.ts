import type { Host } from '../host/index.ts'
import { readImage, renderFrame, symbolize } from '../link/index.ts'

/** Addresses of an image as functions and lines; plain numbers when the file with symbols is gone. */
export function symbolizeFile(host: Host, file: string, addresses: readonly bigint[]): readonly string[] {
  const bytes = host.readBytes(file)
  const image = bytes && readImage(bytes, file)
  if (!image?.ok) return addresses.map((address) => `0x${address.toString(16)}`)
  return symbolize(
    image.value,
    addresses.map((address, index) => ({ address, kind: index === 0 ? ("exact" as const) : ("return" as const) })),
  ).map(renderFrame)
}
