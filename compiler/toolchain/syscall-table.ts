import { fail, ok, type Diagnostic, type Result } from '../diag/index.ts'
import type { Arch } from '../component/index.ts'
import { badSyscallTable } from './diagnostics.ts'

/** One parameter of `az_sys_<name>`. */
export interface SyscallParameter {
  /** The C type, e.g. `const void *`. */
  readonly type: string
  readonly name: string
}

/** One row of `components/api/syscalls.tbl`; the file's head describes the columns. */
export interface Syscall {
  readonly name: string
  readonly numbers: Readonly<Partial<Record<Arch, number>>>
  /** A second name in i386's headers, such as `clock_gettime64`. */
  readonly alias?: string
  readonly cancellationPoint: boolean
  /** The result may not fit an int: an address, an offset or a time. */
  readonly longResult: boolean
  /** On i386 Linux's call of this number takes other parameters. */
  readonly ownParameters: boolean
  readonly parameters: readonly SyscallParameter[]
}

/** The system calls that az knows, in the order of the file. */
export interface SyscallTable {
  readonly syscalls: readonly Syscall[]
}

/** The most machine words that one call takes: `mmap` on i386, whose offset is two of them. */
export const syscallWordsMax = 7

const identifier = /^[a-z_][a-z0-9_]*$/

/** Reads the text of `syscalls.tbl`; every bad row is a problem of its own with its line. */
export function parseSyscallTable(file: string, text: string): Result<SyscallTable> {
  const problems: Diagnostic[] = []
  const syscalls: Syscall[] = []
  const seen = new Map<string, number>()

  const claim = (what: string, line: number): void => {
    const earlier = seen.get(what)
    if (earlier !== undefined)
      problems.push(badSyscallTable(file, line, `${what} already stands in line ${earlier}`))
    else seen.set(what, line)
  }

  text.split('\n').forEach((raw, index) => {
    const line = index + 1
    if (raw.trim() === '' || raw.startsWith('#')) return
    const row = parseRow(raw)
    if (typeof row === 'string') {
      problems.push(badSyscallTable(file, line, row))
      return
    }
    claim(`the name "${row.name}"`, line)
    if (row.alias !== undefined) claim(`the name "${row.alias}"`, line)
    for (const [arch, number] of Object.entries(row.numbers)) claim(`number ${number} of ${arch}`, line)
    syscalls.push(row)
  })
  return problems.length > 0 ? fail(...problems) : ok({ syscalls })
}

/** The row, or what is wrong with it. */
function parseRow(raw: string): Syscall | string {
  const match = /^(\S+)\s+(\S+)\s+(\S+)\s+(\S+)\s+(\S.*?)\s*$/.exec(raw)
  if (!match) return 'a row has five columns: name, x86_64, i386, flags, parameters'
  const [, name, x86_64, i386, flags, parameterText] = match as unknown as [string, ...string[]] & {
    readonly length: 6
  }
  if (!identifier.test(name!)) return `"${name}" is no name of a system call`
  if (!/^(-|\d+)$/.test(x86_64!)) return `"${x86_64}" is neither a number nor "-"`
  const i386Match = /^(?:-|(\d+)(?:\/([a-z_][a-z0-9_]*))?)$/.exec(i386!)
  if (!i386Match) return `"${i386}" is neither a number, number/alias nor "-"`
  if (x86_64 === '-' && i386 === '-') return `"${name}" exists on no architecture`
  const flagSet = flags!.split(',')
  const wrong = flagSet.find((flag) => !['cp', 'long', 'own', '-'].includes(flag))
  if (wrong !== undefined) return `"${wrong}" is no flag; "cp", "long", "own" and "-" are`
  const parameters = parseParameters(parameterText!)
  if (typeof parameters === 'string') return parameters
  const [, i386Number, alias] = i386Match
  const syscall: Syscall = {
    name: name!,
    numbers: {
      ...(x86_64 === '-' ? {} : { x86_64: Number(x86_64) }),
      ...(i386Number === undefined ? {} : { i386: Number(i386Number) }),
    },
    ...(alias === undefined ? {} : { alias }),
    cancellationPoint: flagSet.includes('cp'),
    longResult: flagSet.includes('long'),
    ownParameters: flagSet.includes('own'),
    parameters,
  }
  if (syscallWords(syscall, 'i386') > syscallWordsMax)
    return `"${name}" takes more than ${syscallWordsMax} words`
  return syscall
}

function parseParameters(text: string): readonly SyscallParameter[] | string {
  if (text === 'void') return []
  const parameters: SyscallParameter[] = []
  for (const part of text.split(',')) {
    const match = /^\s*([a-z_][\w ]*?(?:\s*\*(?:\s*const\b)?)*)\s*\b([a-z_]\w*)\s*$/.exec(part)
    if (!match) return `"${part.trim()}" is no C parameter`
    parameters.push({ type: match[1]!.trim(), name: match[2]! })
  }
  return parameters
}

/** How many machine words a parameter takes: two for 64 bits on i386. */
export function parameterWords(parameter: SyscallParameter, arch: Arch): number {
  return arch === 'i386' && /^u?int64_t$/.test(parameter.type) ? 2 : 1
}

/** How many machine words a call takes. */
export function syscallWords(syscall: Syscall, arch: Arch): number {
  return syscall.parameters.reduce((words, parameter) => words + parameterWords(parameter, arch), 0)
}

/** The calls that exist on an architecture, by ascending number. */
export function syscallsOf(
  table: SyscallTable,
  arch: Arch,
): readonly { readonly syscall: Syscall; readonly number: number }[] {
  return table.syscalls
    .flatMap((syscall) => {
      const number = syscall.numbers[arch]
      return number === undefined ? [] : [{ syscall, number }]
    })
    .sort((a, b) => a.number - b.number)
}

/** Numbers from here up are az's own on i386: Linux has no call there. */
const OWN_NUMBERS = 500

/**
 * The calls by the number that Linux has for them, and the numbers under which Linux takes what az does not: on i386 calls with parameters
 * of az's own, and older forms of calls (16-bit ids, 32-bit time, `socketcall`).
 */
export function trapCallsOf(
  table: SyscallTable,
  arch: Arch,
): { readonly names: ReadonlyMap<number, string>; readonly foreign: ReadonlySet<number> } {
  const rows = syscallsOf(table, arch)
  const names = new Map(rows.map(({ syscall, number }) => [number, syscall.name]))
  if (arch === 'x86_64') return { names, foreign: new Set() }
  const own = rows.flatMap(({ syscall, number }) => (syscall.ownParameters ? [number] : []))
  const end = Math.max(...rows.map(({ number }) => number).filter((number) => number < OWN_NUMBERS))
  const older = Array.from({ length: end }, (_, number) => number).filter((number) => !names.has(number))
  return { names, foreign: new Set([...own, ...older]) }
}
