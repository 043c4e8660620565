import { fail, ok, type Result } from '../diag/index.ts'
import { malformedMap } from './diagnostics.ts'

/** Where the linker put one section of one input file. */
export interface PlacedSection {
  /**
   * The object as the linker was given it, `libc.a(printf.o)`; `<internal>` for what the linker made, `<script>` for
   * bytes that the linker script writes, `<gap>` for room that it leaves.
   */
  readonly object: string
  readonly section: string
  /** The section of the image it lies in. */
  readonly output: string
  readonly address: bigint
  readonly size: number
}

/** What ld.lld's `-Map` says, in address order as it says it; empty sections are left out. */
export interface LinkMap {
  readonly placed: readonly PlacedSection[]
}

const ROW = /^ *([0-9a-f]+) +([0-9a-f]+) +([0-9a-f]+) +(\d+) ( *)(.*)$/

/** Commands of a linker script that write bytes; others only move on. */
const SCRIPT_DATA = /^(BYTE|SHORT|LONG|S?QUAD)\b/

/**
 * Reads the text of `ld.lld -Map`. Its columns are VMA, LMA, size and alignment, then a name: of an output section,
 * 8 spaces further of an input section (`object:(section)`) or a linker-script command, 16 further of a symbol.
 */
export function parseLinkMap(text: string, file: string): Result<LinkMap> {
  const lines = text.split('\n')
  if (!/^ *VMA +LMA +Size +Align +Out +In +Symbol/.test(lines[0] ?? '')) return fail(malformedMap(file, 1))
  const placed: PlacedSection[] = []
  let output = ''
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue
    const row = ROW.exec(line)
    if (!row) return fail(malformedMap(file, index + 1))
    const [, address = '', , size = '', , indent = '', name = ''] = row
    if (indent.length === 0) output = name
    if (indent.length !== 8 || /^0+$/.test(size)) continue
    const input = /^(.*):\((.*)\)$/.exec(name)
    placed.push({
      object: input?.[1] ?? (SCRIPT_DATA.test(name) ? '<script>' : '<gap>'),
      section: input?.[2] ?? name,
      output,
      address: BigInt(`0x${address}`),
      size: parseInt(size, 16),
    })
  }
  return ok({ placed })
}
