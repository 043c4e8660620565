import type { ByteView } from '../../object/index.ts'
import { readCode, type Code, type Placed } from './code.ts'
import { Constants } from './constants.ts'
import type { ObjectFile } from './object-file.ts'

/**
 * The numbers that the kernel entries of a section ask for, by the offset of the entry's two bytes; what is not in it is not decided.
 * Constants are followed through registers along every way that control can take within the section, up to a fixed point.
 */
export function trapNumbers(
  file: ObjectFile,
  section: number,
  view: ByteView,
  symbols: ReadonlySet<number>,
): ReadonlyMap<number, number> {
  const code = readCode(file, section, view, symbols)
  return code ? numbersIn(code, file.elf.bits) : new Map()
}

function numbersIn({ instructions, entries }: Code, bits: 32 | 64): ReadonlyMap<number, number> {
  const numbers = new Map<number, number | undefined>()
  const indexAt = new Map(instructions.map(({ at }, index) => [at, index]))
  /** Where ways meet -> what is known on all of them so far. */
  const known = new Map<number, Constants>()
  const meetings = new Set([...entries, ...instructions.flatMap(({ target }) => target ?? [])])
  const visited = new Set<number>()
  const waiting: number[] = []

  const arrive = (at: number, constants: Constants): void => {
    const before = known.get(at)
    if (!before) known.set(at, constants.copy())
    if (!before || before.meet(constants)) waiting.push(at)
  }
  const follow = (start: number): void => {
    const constants = known.get(start)!.copy()
    for (let index = indexAt.get(start) ?? instructions.length; index < instructions.length; index++) {
      const { at, one, immediate, target, fallsThrough } = instructions[index] as Placed
      visited.add(at)
      const asks = one.opcode === 0x0f05 || (one.opcode === 0xcd && immediate === -0x80)
      if (asks) numbers.set(at + one.length - 2, constants.accumulator)
      constants.run(one, immediate)
      if (target !== undefined && !entries.has(target)) arrive(target, constants)
      const next = at + one.length
      if (!fallsThrough) return
      if (meetings.has(next)) return arrive(next, constants)
    }
  }
  const followAll = (): void => {
    for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) follow(at)
  }

  for (const at of entries) arrive(at, new Constants(bits))
  followAll()
  // What no way leads to (code for exceptions, say) is entered with nothing known; what fills up to an alignment is not.
  for (const { at, one } of instructions) {
    if (visited.has(at) || FILLERS.has(one.opcode)) continue
    meetings.add(at)
    arrive(at, new Constants(bits))
    followAll()
  }
  return new Map([...numbers].filter((entry): entry is [number, number] => entry[1] !== undefined))
}

/** nop, the long nop, int3. */
const FILLERS: ReadonlySet<unknown> = new Set([0x90, 0x0f1f, 0xcc])
