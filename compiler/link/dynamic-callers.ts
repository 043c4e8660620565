import { fail, ok, type Diagnostic, type Result } from '../diag/index.ts'
import { readArchive, readElf, readSymbols } from '../object/index.ts'
import { dynamicSyscall } from './diagnostics.ts'

const DYNAMIC_CALL = 'az_sys_dynamic'

/**
 * The members of an archive that make system calls with a computed number: they refer to az_sys_dynamic. Looks into
 * every member; for a libc of 1,300 that is some 100 ms, so ask once per archive built, not per image.
 */
export function findDynamicCallers(bytes: Uint8Array, file: string): Result<readonly string[]> {
  const archive = readArchive(bytes, file)
  if (!archive.ok) return archive
  const problems: Diagnostic[] = []
  const callers: string[] = []
  for (const member of archive.value.members) {
    const elf = readElf(member.bytes, `${file}(${member.name})`)
    const symbols = elf.ok ? readSymbols(elf.value) : elf
    if (!symbols.ok) problems.push(...symbols.problems)
    else if (symbols.value.some((one) => one.name === DYNAMIC_CALL && one.section === 'undefined'))
      callers.push(member.name)
  }
  return problems.length > 0 ? fail(...problems) : ok(callers.sort())
}

/**
 * Proves that the system call table is complete: libc code whose number is a constant that the table lacks falls
 * through to az_sys_dynamic, so nothing but the members in `known` may refer to it.
 */
export function checkDynamicCallers(
  bytes: Uint8Array,
  file: string,
  known: ReadonlySet<string>,
): readonly Diagnostic[] {
  const callers = findDynamicCallers(bytes, file)
  if (!callers.ok) return callers.problems
  return callers.value.filter((name) => !known.has(name)).map((name) => dynamicSyscall(`${file}(${name})`))
}
