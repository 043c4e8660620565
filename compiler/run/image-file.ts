import * as fs from 'node:fs'
import { fail, ok } from '../diag/index.ts'
import type { Result } from '../diag/index.ts'
import { imageUnreadable, memoryTooSmall, wrongArch } from './diagnostics.ts'
import type { GuestArch } from './request.ts'

const PT_LOAD = 1
const EM_386 = 3
const EM_X86_64 = 62

/** Where an image lies in physical memory once loaded, by its program headers. */
export interface ImageExtent {
  readonly arch: GuestArch
  /** The first byte after the last loaded segment. */
  readonly endAddress: number
  /** The first byte after what the loader copies: the rest is zeroed by the image itself. */
  readonly copiedEndAddress: number
}

/** Reads the ELF header and program headers (System V gABI chapters 4 and 5); undefined for anything else. */
export function parseImageExtent(bytes: Uint8Array): ImageExtent | undefined {
  if (bytes.length < 52 || bytes[0] !== 0x7f || bytes[1] !== 0x45 || bytes[2] !== 0x4c || bytes[3] !== 0x46)
    return undefined
  const is64 = bytes[4] === 2
  if ((!is64 && bytes[4] !== 1) || bytes[5] !== 1 || (is64 && bytes.length < 64)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const machine = view.getUint16(18, true)
  if (machine !== (is64 ? EM_X86_64 : EM_386)) return undefined
  const word = (at: number): number => (is64 ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true))
  const start = is64 ? word(32) : word(28)
  const entryBytes = view.getUint16(is64 ? 54 : 42, true)
  const count = view.getUint16(is64 ? 56 : 44, true)
  let endAddress = 0
  let copiedEndAddress = 0
  for (let i = 0; i < count; i++) {
    const at = start + i * entryBytes
    if (at + (is64 ? 56 : 32) > bytes.length) return undefined
    if (view.getUint32(at, true) !== PT_LOAD) continue
    const place = is64 ? word(at + 24) : word(at + 12)
    endAddress = Math.max(endAddress, place + (is64 ? word(at + 40) : word(at + 20)))
    copiedEndAddress = Math.max(copiedEndAddress, place + (is64 ? word(at + 32) : word(at + 16)))
  }
  return { arch: is64 ? 'x86_64' : 'i386', endAddress, copiedEndAddress }
}

/** Loads an image after checking that it is for `arch` and ends within `memoryBytes`. */
export function loadImage(image: string, arch: GuestArch, memoryBytes: number): Result<Uint8Array> {
  let bytes: Uint8Array
  try {
    bytes = fs.readFileSync(image)
  } catch (error) {
    return fail(imageUnreadable(image, (error as Error).message))
  }
  const extent = parseImageExtent(bytes)
  if (extent === undefined) return fail(imageUnreadable(image, 'it is no ELF file for i386 or x86_64'))
  if (extent.arch !== arch) return fail(wrongArch(image, extent.arch, arch))
  if (extent.endAddress > memoryBytes) return fail(memoryTooSmall(image, extent.endAddress, memoryBytes))
  return ok(bytes)
}
