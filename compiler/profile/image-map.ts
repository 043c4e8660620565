import type { Image, SymbolRange } from '../link/index.ts'
import { PT, type ElfSegment } from '../object/index.ts'

/**
 * The address in the image of code that runs before paging does: a boot stub is executed where it was loaded. Undefined outside the
 * image: in firmware.
 */
export function linkedAddress(image: Image, address: bigint): bigint | undefined {
  const loads = image.segments.filter(({ type }) => type === PT.LOAD)
  const holds = (start: bigint, { memorySize }: ElfSegment): boolean =>
    address >= start && address < start + BigInt(memorySize)
  if (loads.some((segment) => holds(segment.virtualAddress, segment))) return address
  const loaded = loads.find((segment) => holds(segment.physicalAddress, segment))
  return loaded && address - loaded.physicalAddress + loaded.virtualAddress
}

/** Where a symbol lies in physical memory when the image is loaded. */
export function loadedAddress(image: Image, name: string): number | undefined {
  const value = image.symbols.find((symbol) => symbol.name === name)?.value
  const segment = image.segments.find(
    ({ type, virtualAddress, memorySize }) =>
      type === PT.LOAD &&
      value !== undefined &&
      value >= virtualAddress &&
      value < virtualAddress + BigInt(memorySize),
  )
  return segment && Number(value! - segment.virtualAddress + segment.physicalAddress)
}

/** A row of entry stubs of one size, as components/arch/x86/src has them. */
export interface Stubs {
  readonly what: 'fault' | 'interrupt'
  readonly start: bigint
  readonly stride: number
  readonly count: number
  /** The vector of the first. */
  readonly vector: number
}

/** Where faults and interrupts enter an image. */
export function trapStubs(image: Image): readonly Stubs[] {
  const layout = [
    { symbol: 'az_exception_stubs', what: 'fault', stride: 4, count: 32, vector: 0 },
    { symbol: 'az_vector_stubs', what: 'interrupt', stride: 5, count: 224, vector: 32 },
  ] as const
  return layout.flatMap(({ symbol, ...stubs }) => {
    const found = image.symbols.find(({ name }) => name === symbol)
    return found ? [{ ...stubs, start: found.value }] : []
  })
}

/** `[interrupt 36]` for the entry of a stub. */
export function trapName(stubs: readonly Stubs[], address: bigint): string | undefined {
  for (const { what, start, stride, count, vector } of stubs) {
    const into = Number(address - start)
    if (into >= 0 && into < stride * count && into % stride === 0)
      return `[${what} ${vector + into / stride}]`
  }
  return undefined
}

/** ELF note of Xen that names the 32-bit entry of a PVH guest: XEN_ELFNOTE_PHYS32_ENTRY. */
const pvhEntryNote = 18

/** Where a boot loader may enter the image, physical addresses all. */
export function entryAddresses(image: Image): readonly bigint[] {
  const pvh = image.notes.flatMap(({ name, type, description }) => {
    if (name !== 'Xen' || type !== pvhEntryNote || description.length < 4) return []
    return [BigInt(new DataView(description.buffer, description.byteOffset).getUint32(0, true))]
  })
  return [...new Set([...pvh, image.elf.entry])]
}

/** The function of that name. */
export function functionRange(image: Image, name: string): SymbolRange | undefined {
  return image.ranges.find((range) => range.code && range.name === name)
}
