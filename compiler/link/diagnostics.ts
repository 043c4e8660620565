import { errorOf, type Diagnostic } from '../diag/index.ts'
import type { SizeChange } from './compare-sizes.ts'

/** How many changed symbols an error about bytes lists. */
const GROWTH_SHOWN = 8

/** A link map that is not ld.lld's. */
export function malformedMap(file: string, line: number): Diagnostic {
  return errorOf('link/malformed-map', 'This link map is not in the form that ld.lld writes', {
    span: { file, line },
    hint: 'remove the out/ folder and build again; another linker must be LLD 17 or newer',
  })
}

/** An instruction that enters a kernel which is not there. */
export function forbiddenOpcode(file: string, opcode: string, symbol: string, address: bigint): Diagnostic {
  return errorOf(
    'link/forbidden-opcode',
    `The function "${symbol}" executes a \`${opcode}\` instruction at ${hex(address)}`,
    {
      span: { file },
      hint: 'call the libc function instead: in an image, system calls are ordinary function calls',
    },
  )
}

/** An object that makes system calls with computed numbers and is not known to. */
export function dynamicSyscall(object: string): Diagnostic {
  return errorOf(
    'link/dynamic-syscall',
    `${object} makes a system call whose number is known only at run time`,
    {
      hint: 'the system call table lacks a row: add it to components/api/syscalls.tbl',
    },
  )
}

/** A segment that is both writable and executable. */
export function writableCode(file: string, address: bigint): Diagnostic {
  return errorOf('link/writable-code', `The segment at ${hex(address)} is both writable and executable`, {
    span: { file },
    hint: 'give the section its own place in the linker script; code and data never share a segment',
  })
}

/** A system call that the analysis saw and the image lacks, or the other way round. */
export function callSetMismatch(
  file: string,
  missing: readonly string[],
  extra: readonly string[],
): Diagnostic {
  const parts = [
    missing.length > 0 ? `predicted and not linked: ${missing.join(', ')}` : '',
    extra.length > 0 ? `linked and not predicted: ${extra.join(', ')}` : '',
  ]
  return errorOf('link/syscall-mismatch', `The image's system calls are not those the analysis found`, {
    span: { file },
    because: parts.filter((part) => part !== ''),
    hint: 'this is a fault of azbuild or of a component that calls az_sys_* itself; please report it',
  })
}

/** An entry point outside the code. */
export function badEntry(file: string, entry: bigint): Diagnostic {
  return errorOf('link/bad-entry', `The entry point ${hex(entry)} lies in no executable segment`, {
    span: { file },
    hint: 'the linker script must set ENTRY() to the boot stub',
  })
}

/** A boot protocol's mark that is not there. */
export function missingBootHeader(file: string, protocol: string, what: string): Diagnostic {
  return errorOf('link/missing-boot-header', `The image has no ${what}, which ${protocol} needs`, {
    span: { file },
    hint: 'the boot stub for this protocol was dropped: its section must be KEEP() in the linker script',
  })
}

/** A figure over its limit; `actual` is a number, or the system calls beyond the list. */
export function overBudget(
  name: string,
  limit: number,
  actual: number | readonly string[],
  growth: readonly SizeChange[],
): Diagnostic {
  const message =
    typeof actual === 'number'
      ? `${name} is ${actual}, ${actual - limit} over the budget of ${limit}`
      : `The image uses ${actual.length === 1 ? 'a system call' : 'system calls'} outside its budget: ${actual.join(', ')}`
  const grown = growth.filter((one) => one.after > one.before)
  const rows = grown.slice(0, GROWTH_SHOWN).map(growthRow)
  const more = grown.length - rows.length
  return errorOf('link/over-budget', message, {
    ...(rows.length > 0 ? { because: more > 0 ? [...rows, `${more} more symbols grew`] : rows } : {}),
    hint:
      typeof actual === 'number'
        ? '`azbuild size` shows every byte; raise `budget` in shog.config.ts when the growth is wanted'
        : '`azbuild why <syscall>` shows the line; add it to `budget` in shog.config.ts when it is wanted',
  })
}

/** A limit that nothing could be held against. */
export function unmeasuredBudget(name: string, limit: number): Diagnostic {
  return errorOf('link/unmeasured-budget', `${name} has a budget of ${limit} and could not be measured`, {
    hint: '`azbuild doctor` tells what is missing on this machine',
    cause: 'machine',
  })
}

function growthRow({ owner, symbol, before, after }: SizeChange): string {
  const change = before === 0 ? `new, ${after} bytes` : `${before} to ${after} bytes (+${after - before})`
  return `${owner}: ${symbol} ${change}`
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`
}
