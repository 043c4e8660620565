import type { BuildRecord } from '../build/index.ts'
import { ownerFinder } from '../build/index.ts'
import type { Result } from '../diag/index.ts'
import { ok } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { fileRangeOf, readImage, type Image } from '../link/index.ts'
import { ByteView, instructionLength } from '../object/index.ts'

export interface CodeFunction {
  readonly name: string
  readonly owner: string
  /** The lower 32 bits of its address, as all addresses here. */
  readonly start: number
}

/** What an instruction does to the stack of calls; what repeats it or reads the clock; everything else is `plain`. */
export const instructionKind = {
  unread: 0,
  plain: 1,
  call: 2,
  return: 3,
  interruptReturn: 4,
  clock: 5,
} as const

/** An image's code, for following a program counter. Addresses are the lower 32 bits: an image lies within 4 GiB. */
export interface CodeMap {
  readonly image: Image
  readonly functions: readonly CodeFunction[]
  readonly base: number
  /** By `address - base`: 1 + the index of the function, 0 between functions. */
  readonly functionAt: Uint32Array
  /** By `address - base`: an `instructionKind`, plus 16 times the length; 0 until `readKind` has been there. */
  readonly kindAt: Uint8Array
  readonly readKind: (offset: number) => number
  /** The linked address of what runs before paging is on. */
  readonly normalize: (address: number) => number
  /** The lower 32 bits of a symbol's address. */
  readonly addressOf: (name: string) => bigint | undefined
  /** Where a virtual address lies in physical memory. */
  readonly physicalOf: (address: bigint) => number | undefined
  /** The addresses of every `sti; hlt`. */
  readonly idle: readonly bigint[]
}

/** Reads the code of a built image. */
export function readCodeMap(host: Host, record: BuildRecord): Result<CodeMap> {
  const bytes = host.readBytes(record.symbols)!
  const read = readImage(bytes, record.symbols)
  if (!read.ok) return read
  const image = read.value
  // A symbol of the linker script may be a physical address that belongs to no segment.
  const ranges = image.ranges.filter(
    ({ code, start }) => code && fileRangeOf(image.segments, start, 1) !== undefined,
  )
  const bits = record.arch === 'i386' ? 32 : 64
  const first = ranges[0]?.start ?? 0n
  const end = ranges.reduce((last, range) => (range.end > last ? range.end : last), first)
  const low = (address: bigint): number => Number(BigInt.asUintN(32, address))
  const base = low(first)
  const size = Number(end - first)
  const ownerAt = ownerFinder(host, record)
  const functions = ranges.map(({ name, start }) => ({
    name,
    owner: ownerAt(start)?.name ?? 'shared',
    start: low(start),
  }))
  const functionAt = new Uint32Array(size)
  // The innermost of nested ones begins last.
  ranges.forEach(({ start, end: stop }, index) => {
    functionAt.fill(index + 1, Number(start - first), Number(stop - first))
  })

  const code = new Uint8Array(size)
  for (let at = 0; at < size;) {
    const place = fileRangeOf(image.segments, first + BigInt(at), size - at)
    if (!place) break
    code.set(bytes.subarray(place.offset, place.offset + place.size), at)
    at += place.size
  }
  const view = new ByteView(code)
  const kindAt = new Uint8Array(size)
  const readKind = (offset: number): number => {
    const known = kindAt[offset]!
    if (known !== 0) return known
    const length = instructionLength(view, offset, bits)
    return (kindAt[offset] = kindOf(code, offset, bits) | (length << 4))
  }

  const segment = image.segments.find(
    ({ virtualAddress, memorySize }) =>
      first >= virtualAddress && first < virtualAddress + BigInt(memorySize),
  )
  const delta = segment ? low(segment.virtualAddress - segment.physicalAddress) : 0
  const addressOf = (name: string): bigint | undefined =>
    image.symbols.find((one) => one.name === name)?.value
  return ok({
    image,
    functions,
    base,
    functionAt,
    kindAt,
    readKind,
    normalize: (address) => ((address - base) >>> 0 < size ? address : (address + delta) >>> 0),
    addressOf,
    physicalOf: (address) => {
      const home = image.segments.find(
        ({ virtualAddress, memorySize }) =>
          address >= virtualAddress && address < virtualAddress + BigInt(memorySize),
      )
      return home && Number(address - home.virtualAddress + home.physicalAddress)
    },
    idle: idleOf(view, bits, ranges, first),
  })
}

const STI = 0xfb
const HLT = 0xf4

function idleOf(
  view: ByteView,
  bits: 32 | 64,
  ranges: readonly { readonly start: bigint; readonly end: bigint }[],
  first: bigint,
): readonly bigint[] {
  const found: bigint[] = []
  for (const { start, end } of ranges) {
    let at = Number(start - first)
    const stop = Number(end - first)
    while (at + 1 < stop) {
      if (view.u8(at) === STI && view.u8(at + 1) === HLT) found.push(first + BigInt(at))
      const length = instructionLength(view, at, bits)
      if (length === 0) break // data among the code
      at += length
    }
  }
  return [...new Set(found)]
}

/** Intel SDM volume 2: E8 and FF /2 call, C3 and C2 return, CF returns from an interrupt, 0F 31 reads the clock. */
function kindOf(code: Uint8Array, offset: number, bits: 32 | 64): number {
  let at = offset
  while ([0x66, 0x67, 0xf2, 0xf3, 0x2e, 0x36, 0x3e, 0x26, 0x64, 0x65, 0xf0].includes(code[at]!)) at++
  if (bits === 64 && (code[at]! & 0xf0) === 0x40) at++
  const [opcode, next = 0] = [code[at], code[at + 1]]
  if (opcode === 0xe8 || (opcode === 0xff && (next & 0x38) === 0x10)) return instructionKind.call
  if (opcode === 0xc3 || opcode === 0xc2) return instructionKind.return
  if (opcode === 0xcf) return instructionKind.interruptReturn
  if (opcode === 0x0f && next === 0x31) return instructionKind.clock
  return instructionKind.plain
}
