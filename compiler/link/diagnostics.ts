import { errorOf, type Diagnostic } from '../diag/index.ts'
import type { Present } from './budget.ts'
import { renderSizeChange, type SizeChange } from './compare-sizes.ts'

/** How many changed symbols an error about bytes lists. */
const GROWTH_SHOWN = 8

/** A link map that is not ld.lld's. */
export function malformedMap(file: string, line: number): Diagnostic {
  return errorOf('link/malformed-map', 'This link map is not in the form that ld.lld writes', {
    span: { file, line },
    hint: 'remove the out/ folder and build again; another linker must be LLD 17 or newer',
  })
}

/** An instruction that enters a kernel where there is no door. */
export function forbiddenOpcode(file: string, opcode: string, symbol: string, address: bigint): Diagnostic {
  return errorOf(
    'link/forbidden-opcode',
    `The function "${symbol}" executes a \`${opcode}\` instruction at ${hex(address)}`,
    {
      span: { file },
      hint: 'call the libc function instead; the app itself may use `syscall` on x86_64 and `int 0x80` on i386',
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

/** What grew, and since when. */
export interface Growth {
  readonly changes: readonly SizeChange[]
  readonly since: string | undefined
}

/** A figure over its limit, with the symbols that grew. */
export function overBudget(
  name: string,
  limit: number,
  actual: number,
  { changes, since }: Growth,
): Diagnostic {
  const over = Number((actual - limit).toFixed(2))
  const grown = changes.filter((one) => one.after > one.before)
  const rows = grown.slice(0, GROWTH_SHOWN).map(renderSizeChange)
  const more = grown.length - rows.length
  const because = more > 0 ? [...rows, `${more} more symbols grew`] : rows
  const told = rows.length > 0 ? `; since ${since} these grew` : ''
  const look = name.endsWith('Instructions') ? 'azbuild bench' : 'azbuild size --symbols 10'
  const baseline = since === undefined ? '; `azbuild bench --save` keeps a baseline that tells what grew' : ''
  return errorOf('link/over-budget', `${name} is ${actual}, ${over} over the budget of ${limit}${told}`, {
    ...(because.length > 0 ? { because } : {}),
    hint: `\`${look}\` shows more; raise \`budget\` in shog.config.ts when the growth is wanted${baseline}`,
  })
}

/** System calls or components that the budget does not list, and why the first of them is there. */
export function outsideBudget(kind: 'syscalls' | 'components', extra: readonly Present[]): Diagnostic {
  const [one, several] = {
    syscalls: ['a system call', 'system calls'],
    components: ['a component', 'components'],
  }[kind] as [string, string]
  const names = extra.map(({ name }) => name)
  return errorOf(
    'link/over-budget',
    `The image uses ${names.length === 1 ? one : several} outside its budget: ${names.join(', ')}`,
    {
      ...(extra[0] && extra[0].because.length > 0 ? { because: extra[0].because } : {}),
      hint: `\`azbuild why ${names[0]}\` shows the line; add it to \`budget\` in shog.config.ts when it is wanted`,
    },
  )
}

/** A limit that nothing could be held against; `why` is what kept the figure from being had. */
export function unmeasuredBudget(name: string, limit: number, why?: Diagnostic): Diagnostic {
  return errorOf('link/unmeasured-budget', `${name} has a budget of ${limit} and could not be measured`, {
    ...(why ? { because: [why.message, ...(why.because ?? [])] } : {}),
    hint: why?.hint ?? '`azbuild doctor` tells what is missing on this machine',
    cause: why ? (why.cause ?? 'input') : 'machine',
  })
}

/** A limit on growth, and nothing that the image could have grown from. */
export function noBaseline(name: string, limit: number): Diagnostic {
  return errorOf(
    'link/no-baseline',
    `${name} has a budget of ${limit}, and there is no baseline for this flavour`,
    {
      hint: '`azbuild bench --save` writes bench.json beside the app, to be committed',
    },
  )
}

/** A component with more than its manifest allows. */
export function componentOverBudget(
  component: string,
  file: string,
  kind: 'text' | 'data' | 'bss',
  limit: number,
  actual: number,
  largest: readonly { readonly name: string; readonly bytes: number }[],
): Diagnostic {
  const what = { text: 'code and constants', data: 'initialised data', bss: 'zero-initialised data' }[kind]
  return errorOf(
    'link/component-over-budget',
    `${component} has ${actual} bytes of ${what}, ${actual - limit} over the budget in its manifest`,
    {
      span: { file },
      because: largest.map(({ name, bytes }) => `${name} has ${bytes} bytes`),
      hint: `make it smaller, or raise \`budget: { ${kind}: ${limit} }\` in its component.ts when the growth is wanted`,
    },
  )
}

function hex(address: bigint): string {
  return `0x${address.toString(16)}`
}
