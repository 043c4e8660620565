import type { ByteView } from './view.ts'

/** What follows an opcode: nothing, a byte, 2 bytes, 4 (2 after a 66 prefix), and the odd ones. */
type Immediate = 'none' | 'byte' | 'word' | 'full' | 'far' | 'enter' | 'branch' | 'move' | 'offset'

interface OpcodeForm {
  readonly modrm: boolean
  readonly immediate: Immediate
}

/** Prefixes of every mode; REX is not among them. */
export const LEGACY_PREFIXES: ReadonlySet<number> = new Set([
  0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67, 0xf0, 0xf2, 0xf3,
])
const LENGTH_MAX = 15

const ONE_BYTE = tableOf([
  // The eight arithmetic rows: four forms with ModRM, one with a byte, one with a full immediate.
  ...[0x00, 0x08, 0x10, 0x18, 0x20, 0x28, 0x30, 0x38].flatMap((row): TableRow[] => [
    [row, row + 3, true, 'none'],
    [row + 4, row + 4, false, 'byte'],
    [row + 5, row + 5, false, 'full'],
  ]),
  ...[0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f].map((one): TableRow => [
    one,
    one,
    false,
    'none',
  ]),
  [0x40, 0x61, false, 'none'],
  [0x62, 0x63, true, 'none'],
  [0x68, 0x68, false, 'full'],
  [0x69, 0x69, true, 'full'],
  [0x6a, 0x6a, false, 'byte'],
  [0x6b, 0x6b, true, 'byte'],
  [0x6c, 0x6f, false, 'none'],
  [0x70, 0x7f, false, 'byte'],
  [0x80, 0x80, true, 'byte'],
  [0x81, 0x81, true, 'full'],
  [0x82, 0x83, true, 'byte'],
  [0x84, 0x8f, true, 'none'],
  [0x90, 0x99, false, 'none'],
  [0x9a, 0x9a, false, 'far'],
  [0x9b, 0x9f, false, 'none'],
  [0xa0, 0xa3, false, 'offset'],
  [0xa4, 0xa7, false, 'none'],
  [0xa8, 0xa8, false, 'byte'],
  [0xa9, 0xa9, false, 'full'],
  [0xaa, 0xaf, false, 'none'],
  [0xb0, 0xb7, false, 'byte'],
  [0xb8, 0xbf, false, 'move'],
  [0xc0, 0xc1, true, 'byte'],
  [0xc2, 0xc2, false, 'word'],
  [0xc3, 0xc3, false, 'none'],
  [0xc4, 0xc5, true, 'none'],
  [0xc6, 0xc6, true, 'byte'],
  [0xc7, 0xc7, true, 'full'],
  [0xc8, 0xc8, false, 'enter'],
  [0xc9, 0xc9, false, 'none'],
  [0xca, 0xca, false, 'word'],
  [0xcb, 0xcc, false, 'none'],
  [0xcd, 0xcd, false, 'byte'],
  [0xce, 0xcf, false, 'none'],
  [0xd0, 0xd3, true, 'none'],
  [0xd4, 0xd5, false, 'byte'],
  [0xd7, 0xd7, false, 'none'],
  [0xd8, 0xdf, true, 'none'],
  [0xe0, 0xe7, false, 'byte'],
  [0xe8, 0xe9, false, 'branch'],
  [0xea, 0xea, false, 'far'],
  [0xeb, 0xeb, false, 'byte'],
  [0xec, 0xef, false, 'none'],
  [0xf1, 0xf1, false, 'none'],
  [0xf4, 0xf5, false, 'none'],
  [0xf6, 0xf7, true, 'none'],
  [0xf8, 0xfd, false, 'none'],
  [0xfe, 0xff, true, 'none'],
])

/** Opcodes after 0F. */
const TWO_BYTE = tableOf([
  [0x00, 0x03, true, 'none'],
  [0x05, 0x09, false, 'none'],
  [0x0b, 0x0b, false, 'none'],
  [0x0d, 0x0d, true, 'none'],
  [0x0e, 0x0e, false, 'none'],
  [0x0f, 0x0f, true, 'byte'],
  [0x10, 0x23, true, 'none'],
  [0x28, 0x2f, true, 'none'],
  [0x30, 0x35, false, 'none'],
  [0x37, 0x37, false, 'none'],
  [0x40, 0x6f, true, 'none'],
  [0x70, 0x73, true, 'byte'],
  [0x74, 0x76, true, 'none'],
  [0x77, 0x77, false, 'none'],
  [0x78, 0x79, true, 'none'],
  [0x7c, 0x7f, true, 'none'],
  [0x80, 0x8f, false, 'branch'],
  [0x90, 0x9f, true, 'none'],
  [0xa0, 0xa2, false, 'none'],
  [0xa3, 0xa3, true, 'none'],
  [0xa4, 0xa4, true, 'byte'],
  [0xa5, 0xa5, true, 'none'],
  [0xa8, 0xaa, false, 'none'],
  [0xab, 0xab, true, 'none'],
  [0xac, 0xac, true, 'byte'],
  [0xad, 0xb9, true, 'none'],
  [0xba, 0xba, true, 'byte'],
  [0xbb, 0xc1, true, 'none'],
  [0xc2, 0xc2, true, 'byte'],
  [0xc3, 0xc3, true, 'none'],
  [0xc4, 0xc6, true, 'byte'],
  [0xc7, 0xc7, true, 'none'],
  [0xc8, 0xcf, false, 'none'],
  [0xd0, 0xff, true, 'none'],
])

/** Opcodes of one byte that 64-bit mode does not have. */
const NOT_IN_64: ReadonlySet<number> = new Set([
  0x06, 0x07, 0x0e, 0x16, 0x17, 0x1e, 0x1f, 0x27, 0x2f, 0x37, 0x3f, 0x60, 0x61, 0x82, 0x9a, 0xce, 0xd4, 0xd5,
  0xea,
])

/** An instruction, taken apart as far as its length tells. */
export interface Instruction {
  readonly length: number
  /** As its bytes read: 0x89, 0x0f05, 0x0f38f0; `vector` for what VEX and EVEX encode. */
  readonly opcode: number | 'vector'
  /** The byte after the opcode that names operands; `undefined` when there is none. */
  readonly modrm: number | undefined
  /** The REX prefix, 0 when there is none. */
  readonly rex: number
  /** With a prefix that makes operands 16 bits. */
  readonly operand16: boolean
  /** The bytes of its immediate, from the instruction's start. */
  readonly immediate: { readonly offset: number; readonly size: number }
}

/**
 * The instruction at `at`, in 32- or 64-bit mode; `undefined` when the bytes are none that we know (Intel SDM volume 2,
 * chapter 2 and appendix A: everything up to AVX-512, without AMD's XOP) or are cut short.
 */
export function decodeInstruction(view: ByteView, at: number, bits: 32 | 64): Instruction | undefined {
  const end = Math.min(view.length, at + LENGTH_MAX)
  const byteAt = (place: number) => (place < end ? (view.bytes[place] as number) : -1)
  let place = at
  let operand16 = false
  let address: 16 | 32 | 64 = bits
  let rex = 0
  for (; LEGACY_PREFIXES.has(byteAt(place)); place++) {
    if (byteAt(place) === 0x66) operand16 = true
    if (byteAt(place) === 0x67) address = bits === 64 ? 32 : 16
  }
  if (bits === 64 && (byteAt(place) & 0xf0) === 0x40 && byteAt(place) >= 0) rex = byteAt(place++)
  const wide = (rex & 8) !== 0
  const first = byteAt(place++)
  let opcode: Instruction['opcode'] = first
  const vector = vectorForm(first, bits, byteAt, place)
  let form: OpcodeForm | undefined
  if (vector) {
    place = vector.place
    form = vector.form
    opcode = 'vector'
  } else if (first === 0x0f) {
    const second = byteAt(place++)
    opcode = 0x0f00 + second
    form = TWO_BYTE[second]
    if (second === 0x38 || second === 0x3a) {
      const third = byteAt(place++)
      if (third < 0) return undefined
      opcode = opcode * 256 + third
      form = { modrm: true, immediate: second === 0x3a ? 'byte' : 'none' }
    }
  } else if (bits === 32 || !NOT_IN_64.has(first)) form = ONE_BYTE[first]
  if (!form) return undefined

  let immediate = form.immediate
  let modrm: number | undefined
  if (form.modrm) {
    modrm = byteAt(place)
    if (modrm < 0) return undefined
    const group = (modrm >> 3) & 7
    if (opcode === 0x8f && group !== 0) return undefined
    if (opcode === 0xf6 && group < 2) immediate = 'byte'
    if (opcode === 0xf7 && group < 2) immediate = 'full'
    // Moves to and from control and debug registers have no memory form, whatever their ModRM says.
    const registers = opcode !== 'vector' && opcode >= 0x0f20 && opcode <= 0x0f23
    place += registers ? 1 : operandLength(modrm, byteAt(place + 1), address)
  }
  const full = operand16 && !wide ? 2 : 4
  const size = immediateLength(immediate, { bits, full, wide, address })
  if (place + size > end) return undefined
  const length = place + size - at
  return { length, opcode, modrm, rex, operand16, immediate: { offset: place - at, size } }
}

/** The length in bytes of the instruction at `at`; 0 when it cannot be decoded. */
export function instructionLength(view: ByteView, at: number, bits: 32 | 64): number {
  return decodeInstruction(view, at, bits)?.length ?? 0
}

/** VEX (C4, C5) and EVEX (62), which in 32-bit mode share their byte with LES, LDS and BOUND. */
function vectorForm(opcode: number, bits: 32 | 64, byteAt: (place: number) => number, place: number) {
  if (opcode !== 0xc4 && opcode !== 0xc5 && opcode !== 0x62) return undefined
  if (bits === 32 && (byteAt(place) & 0xc0) !== 0xc0) return undefined
  const payload = opcode === 0xc5 ? 1 : opcode === 0xc4 ? 2 : 3
  const map = opcode === 0xc5 ? 1 : opcode === 0xc4 ? byteAt(place) & 0x1f : byteAt(place) & 7
  const code = byteAt(place + payload)
  const known =
    code >= 0 && (map === 1 || map === 2 || map === 3 || (opcode === 0x62 && (map === 5 || map === 6)))
  const form = { modrm: true, immediate: map === 3 ? 'byte' : 'none' } as const
  return { place: place + payload + 1, form: !known ? undefined : map === 1 ? TWO_BYTE[code] : form }
}

/** ModRM with what belongs to it: SIB and displacement. */
function operandLength(modrm: number, sib: number, address: number): number {
  const mode = modrm >> 6
  const register = modrm & 7
  if (mode === 3) return 1
  if (address === 16) return mode === 1 ? 2 : mode === 2 || register === 6 ? 3 : 1
  const hasSib = register === 4
  const base = hasSib ? sib & 7 : register
  const displacement = mode === 1 ? 1 : mode === 2 || base === 5 ? 4 : 0
  return 1 + (hasSib ? 1 : 0) + displacement
}

function immediateLength(
  kind: Immediate,
  size: { readonly bits: 32 | 64; readonly full: number; readonly wide: boolean; readonly address: number },
): number {
  switch (kind) {
    case 'none':
      return 0
    case 'byte':
      return 1
    case 'word':
      return 2
    case 'full':
      return size.full
    case 'far':
      return size.full + 2
    case 'enter':
      return 3
    case 'branch':
      return size.bits === 64 ? 4 : size.full
    case 'move':
      return size.wide ? 8 : size.full
    case 'offset':
      return size.address / 8
  }
}

/** First opcode, last opcode, whether ModRM follows, the immediate. */
type TableRow = readonly [number, number, boolean, Immediate]

function tableOf(rows: readonly TableRow[]): readonly (OpcodeForm | undefined)[] {
  const table = new Array<OpcodeForm | undefined>(256).fill(undefined)
  for (const [first, last, modrm, immediate] of rows) table.fill({ modrm, immediate }, first, last + 1)
  return table
}
