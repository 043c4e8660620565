import {
  checkBoot,
  checkComponentBudgets,
  checkDynamicCallers,
  checkLink,
  parseLinkMap,
  readImage,
} from '../link/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { readElf, readRelocations, readSymbols, relocationSections } from '../object/index.ts'
import type { BuildPlan } from '../plan/index.ts'
import type { Selection } from '../select/index.ts'
import { ownerOfObject } from './measure-sizes.ts'

const callPrefix = 'az_sys_'

/** libc's members that make system calls with a number they are given: no others may. */
const dynamicMembers = new Set(['misc_syscall.o', 'unistd_setxid.o'])

export interface LinkedFiles {
  /** Absolute. */
  readonly symbols: string
  /** The linker's map, absolute. */
  readonly map: string
  readonly image: Uint8Array
  readonly archive: string
  /** libc was built just now: its table of system calls is proven complete. */
  readonly archiveIsNew: boolean
}

/** Holds what was linked against what was planned: the last gate before an image may ship. */
export function checkLinked(
  host: Host,
  plan: BuildPlan,
  selection: Selection,
  optional: readonly string[],
  files: LinkedFiles,
  at: (path: string) => string,
): Result<void> {
  const unstripped = readImage(host.readBytes(files.symbols)!, files.symbols)
  if (!unstripped.ok) return unstripped
  const stripped = readImage(files.image, plan.name)
  if (!stripped.ok) return stripped
  const map = parseLinkMap(host.readText(files.map)!, files.map)
  if (!map.ok) return map
  const limits = selection.components.flatMap(({ component: { manifest, folder } }) =>
    manifest.budget ? [{ name: manifest.name, file: `${folder}/component.ts`, budget: manifest.budget }] : [],
  )
  const hasDoor = selection.components.some(({ component: { manifest } }) =>
    manifest.provides?.includes('syscall.trap'),
  )
  const isApp = (address: bigint): boolean => {
    const { placed } = map.value
    const own = placed.find((one) => address >= one.address && address < one.address + BigInt(one.size))
    return own !== undefined && ownerOfObject(plan, own.object).kind === 'app'
  }
  const problems = [
    ...checkComponentBudgets(unstripped.value, map.value, (object) => ownerOfObject(plan, object), limits),
    ...checkLink(unstripped.value, {
      syscalls: selection.syscalls.map(({ name }) => name),
      optionalSyscalls: [...optional, ...internalCalls(host, plan, at)],
      mayTrap: (address) => hasDoor && isApp(address),
    }),
    ...checkBoot(stripped.value, plan.arch === 'i386' ? ['pvh', 'multiboot'] : ['pvh']),
    ...(files.archiveIsNew
      ? checkDynamicCallers(host.readBytes(files.archive)!, 'libc.a', dynamicMembers)
      : []),
  ]
  return problems.length > 0 ? fail(...problems) : ok(undefined)
}

/** System calls that the kernel's own objects call: one in terms of another. */
function internalCalls(host: Host, plan: BuildPlan, at: (path: string) => string): readonly string[] {
  const calls = new Set<string>()
  for (const { owner, object } of plan.compile) {
    if (owner.kind === 'app') continue
    const elf = readElf(host.readBytes(at(object))!, object)
    const symbols = elf.ok ? readSymbols(elf.value) : elf
    if (!elf.ok || !symbols.ok) continue // the linker has read it: what it could not is an error already
    for (const section of relocationSections(elf.value).values()) {
      const relocations = readRelocations(elf.value, section)
      if (!relocations.ok) continue
      for (const { symbol } of relocations.value) {
        const name = symbols.value[symbol]?.name ?? ''
        if (name.startsWith(callPrefix)) calls.add(name.slice(callPrefix.length))
      }
    }
  }
  return [...calls]
}
