import { kernelEntries, sectionBytes, SHF, ByteView, type KernelEntry } from '../object/index.ts'
import { rangeAt, type Image } from './image.ts'

/** A kernel entry in an image. */
export interface LinkedKernelEntry {
  readonly opcode: KernelEntry['opcode']
  readonly address: bigint
  /** The function it is in, or the section where no symbol covers it. */
  readonly symbol: string
}

/** The kernel entries in the code of an image. `is32` tells 32-bit code in a 64-bit image (the boot stub). */
export function findKernelEntries(
  image: Image,
  is32: (address: bigint) => boolean = () => false,
): readonly LinkedKernelEntry[] {
  const { elf } = image
  return elf.sections
    .filter((section) => section.flags & SHF.EXECINSTR)
    .flatMap((section) => {
      const view = new ByteView(sectionBytes(elf, section) ?? new Uint8Array(0))
      const addressOf = (offset: number): bigint => section.address + BigInt(offset)
      const startOf = (offset: number): number =>
        Math.max(0, Number((rangeAt(image, addressOf(offset))?.start ?? section.address) - section.address))
      const bitsAt = (start: number): 32 | 64 => (elf.bits === 32 || is32(addressOf(start)) ? 32 : 64)
      return kernelEntries(view, startOf, bitsAt).map(({ opcode, offset }) => ({
        opcode,
        address: addressOf(offset),
        symbol: rangeAt(image, addressOf(offset))?.name ?? section.name,
      }))
    })
}
