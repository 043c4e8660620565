import type { ByteView, Instruction } from '../../object/index.ts'

/** What is known of a machine word: its value, or nothing. */
type Word = number | undefined

const RAX = 0
const RCX = 1
const RDX = 2
const RSP = 4
const R11 = 11
/** What a function gives back as it was: System V ABI, figure 3.4 (x86_64) and 2.3 (i386). */
const KEPT_BY_CALLS = { 64: [3, 5, 12, 13, 14, 15], 32: [3, 5, 6, 7] } as const
/** The group of 0x80 to 0x83 that writes nothing. */
const CMP = 7

/** xor and sub: of a register with itself they leave 0. */
const CLEARS_WITH_ITSELF: ReadonlySet<number> = new Set([0x31, 0x33, 0x29, 0x2b])

/** Opcodes that write no general register, beside compares, which are told by their ModRM. */
const WRITES_NOTHING: ReadonlySet<number> = new Set([
  ...[0x84, 0x85, 0x90, 0xa8, 0xa9, 0xf5, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd],
  ...range(0x38, 0x3d), // cmp
  ...[...range(0x70, 0x7f), 0xe9, 0xeb], // jumps
  ...range(0x0f80, 0x0f8f),
  ...range(0x0f18, 0x0f1f), // hints and long nops
  // SSE within vector registers, or between them and memory.
  ...[...range(0x0f10, 0x0f17), 0x0f28, 0x0f29, 0x0f2a, 0x0f2b, 0x0f2e, 0x0f2f],
  ...[...range(0x0f51, 0x0f76), 0x0f7f, 0x0fc6],
  ...[...range(0x0fd0, 0x0fd6), ...range(0x0fd8, 0x0ffe)],
])
/** Opcodes that write the register which ModRM names second. */
const WRITES_REG: ReadonlySet<number> = new Set([
  ...[0x69, 0x6b, 0x8a, 0x8b, 0x8d, 0x0faf, 0x0fb6, 0x0fb7, 0x0fbc, 0x0fbd, 0x0fbe, 0x0fbf],
  ...range(0x0f40, 0x0f4f), // cmov
  ...[0x0f2c, 0x0f2d, 0x0f50, 0x0fc5, 0x0fd7],
])
/** Opcodes that write the register or memory which ModRM names first. */
const WRITES_RM: ReadonlySet<number> = new Set([
  ...[0x88, 0x89, 0xc0, 0xc1, 0xc6, 0xc7, 0xd0, 0xd1, 0xd2, 0xd3, 0xfe, 0x0f7e],
  ...range(0x0f90, 0x0f9f), // setcc
])

/**
 * The constants in the general registers at a place in code. Whatever is not known for certain is forgotten: of memory nothing is
 * known, and of what was pushed only until the instruction that is no push or pop.
 */
export class Constants {
  readonly #bits: 32 | 64
  #registers: Word[] = []
  #pushed: Word[] = []

  constructor(bits: 32 | 64) {
    this.#bits = bits
  }

  /** The value of EAX or RAX. */
  get accumulator(): Word {
    return this.#registers[RAX]
  }

  copy(): Constants {
    const copy = new Constants(this.#bits)
    copy.#registers = [...this.#registers]
    return copy
  }

  /** Keeps what `other` knows as well, as where two ways meet; true when that is less than before. */
  meet(other: Constants): boolean {
    let less = false
    this.#registers.forEach((value, register) => {
      if (value === undefined || value === other.#registers[register]) return
      this.#registers[register] = undefined
      less = true
    })
    return less
  }

  #forget(): void {
    this.#registers = []
  }

  /** Takes one instruction, and its immediate where that is known (`immediateOf`). */
  run(one: Instruction, immediate: Word): void {
    const { opcode, modrm = 0, rex, operand16 } = one
    const pushed = this.#pushed
    this.#pushed = []
    if (opcode === 'vector') return this.#forget()
    const reg = ((modrm >> 3) & 7) | ((rex & 4) << 1)
    const rm = (modrm & 7) | ((rex & 1) << 3)
    const low = (opcode & 7) | ((rex & 1) << 3)
    const group = reg & 7
    const inRegister = modrm >= 0xc0
    const set = (register: number, value: Word): void => {
      const whole = this.#bits === 32 || (rex & 8) !== 0
      this.#registers[register] = operand16 || value === undefined ? undefined : whole ? value : value >>> 0
    }
    const add = (register: number, value: number): void => {
      const before = this.#registers[register]
      set(register, before === undefined ? undefined : before + value)
    }
    const push = (value: Word): void => void (this.#pushed = [...pushed, operand16 ? undefined : value])
    // Of bytes, 4 to 7 without REX are the second ones of the first four registers.
    const ofByte =
      (opcode < 0x100 && opcode % 2 === 0) ||
      (opcode >= 0xb0 && opcode <= 0xb7) ||
      (opcode >= 0x0f90 && opcode <= 0x0f9f)
    const lose = (register: number): void => {
      this.#registers[register] = undefined
      if (ofByte && rex === 0) this.#registers[register & 3] = undefined
    }
    const loseRm = (): void => void (inRegister && lose(rm))
    const keepCallees = (): void => {
      const before = this.#registers
      this.#forget()
      for (const register of KEPT_BY_CALLS[this.#bits]) this.#registers[register] = before[register]
    }

    if (opcode >= 0xb8 && opcode <= 0xbf) set(low, immediate)
    else if (opcode === 0xc7 && group === 0 && inRegister) set(rm, immediate)
    else if (opcode === 0x89 && inRegister) set(rm, this.#registers[reg])
    else if (opcode === 0x8b && inRegister) set(reg, this.#registers[rm])
    else if (CLEARS_WITH_ITSELF.has(opcode) && inRegister && reg === rm) set(reg, 0)
    else if (opcode === 0x68 || opcode === 0x6a) push(immediate)
    else if (opcode >= 0x50 && opcode <= 0x57) push(this.#registers[low])
    else if (opcode >= 0x58 && opcode <= 0x5f) {
      this.#registers[low] = operand16 ? undefined : pushed.at(-1)
      this.#pushed = low === RSP ? [] : pushed.slice(0, -1)
    } else if (opcode === 0x0f1e || (opcode === 0x90 && rex & 1)) this.#forget()
    else if (WRITES_NOTHING.has(opcode)) return
    else if (opcode < 0x40) {
      const form = opcode & 7
      if (form < 2) loseRm()
      else if (form < 4) lose(reg)
      else if (form < 6) lose(RAX)
      else this.#forget()
    } else if (opcode < 0x50) add(low, opcode < 0x48 ? 1 : -1)
    else if (WRITES_REG.has(opcode)) lose(reg)
    else if (WRITES_RM.has(opcode)) loseRm()
    else if (opcode >= 0x80 && opcode <= 0x83) group !== CMP && loseRm()
    else if (opcode === 0xf6 || opcode === 0xf7) {
      if (group < 2) return
      if (group < 4) loseRm()
      else for (const register of [RAX, RDX]) lose(register)
    } else if (opcode === 0xff && group < 2) inRegister && add(rm, group === 0 ? 1 : -1)
    else if (opcode === 0xff && group === 6) push(undefined)
    else if (opcode === 0xe8 || (opcode === 0xff && group === 2)) keepCallees()
    else if (opcode === 0xff && group === 4) return
    else if (opcode >= 0xe0 && opcode <= 0xe3) lose(RCX)
    else if (opcode >= 0xb0 && opcode <= 0xb7) lose(low)
    else if (opcode === 0x63 && this.#bits === 64) lose(reg)
    else if (opcode === 0x98) lose(RAX)
    else if (opcode === 0x99) lose(RDX)
    else if (opcode === 0x0f05) for (const register of [RAX, RCX, R11]) lose(register)
    else if (opcode === 0xcd) lose(RAX)
    else this.#forget()
  }
}

/** The immediate of an instruction at `at`, signed; one of 64 bits as far as a number can hold it. */
export function immediateOf(view: ByteView, at: number, { immediate }: Instruction): Word {
  const place = at + immediate.offset
  switch (immediate.size) {
    case 1:
      return view.i8(place)
    case 4:
      return view.i32(place)
    case 8: {
      const value = Number(view.i64(place))
      return Number.isSafeInteger(value) ? value : undefined
    }
    default:
      return undefined
  }
}

function range(first: number, last: number): readonly number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
