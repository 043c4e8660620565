import { distance } from 'fastest-levenshtein'
import { fail, ok, type Result } from '../../diag/index.ts'
import type { Demand, Demanded } from '../demand.ts'
import { foreignTrap, noMain } from '../diagnostics.ts'
import { appSteps } from './app-steps.ts'
import { chainTo } from './chain.ts'
import type { CAnalysis, CProgram } from './input.ts'
import { sectionNames } from './names.ts'
import { keptRoots, reachSections, type Reach, type Reference, type Root } from './reach.ts'
import { resolveSymbols, type ResolvedLink } from './resolve.ts'
import { findTraps, withTraps, type Trap } from './traps.ts'

const CALL_PREFIX = 'az_sys_'
const DYNAMIC_CALL = 'az_sys_dynamic'
/** What an instruction of the app's own enters. */
const TRAP_DOOR = 'az_trap_door'

/** Symbols that ld.lld defines by itself when they are referred to. */
const LINKER_DEFINED: ReadonlySet<string> = new Set([
  '__ehdr_start',
  '__executable_start',
  '__dso_handle',
  '__bss_start',
  '_GLOBAL_OFFSET_TABLE_',
  '_DYNAMIC',
  '_TLS_MODULE_BASE_',
  ...['init', 'fini', 'preinit'].flatMap((one) => [`__${one}_array_start`, `__${one}_array_end`]),
  ...['etext', 'edata', 'end'].flatMap((one) => [one, `_${one}`]),
])

/**
 * What a C program asks of the kernel: links it in mind as ld.lld would with `--gc-sections`, and reports what the
 * sections that survive refer to, each with a shortest chain of references. Chains begin at `main` (or at a
 * constructor of the app) wherever the app leads there at all, else at one of `roots`. Pure; the same input gives
 * the same result. Costs some 20 ms for a libc of 1,300 members, as only those pulled in are looked into.
 */
export function analyzeC(program: CProgram): Result<CAnalysis> {
  const roots = program.roots ?? []
  const resolved = resolveSymbols(program, ['main', ...roots])
  if (!resolved.ok) return resolved
  const link = resolved.value
  if (link.resolutions.get('main')?.kind !== 'defined')
    return fail(noMain(program.objects.map((one) => one.path)))

  const rootSymbols = roots.map((name): Root => ({ kind: 'symbol', name }))
  const reached = reachSections(link, [
    [{ kind: 'symbol', name: 'main' }, ...keptRoots(link, 'app')],
    [...rootSymbols, ...keptRoots(link, 'library')],
  ])
  const traps = program.trapCalls ? findTraps(reached) : []
  const reach = withTraps(reached, traps, (trap) => [TRAP_DOOR, ...calledBy(trap, program)])
  const names = sectionNames()
  const explain = (reference: Reference) => chainTo(reference, names, program.mapSource ?? ((path) => path))
  const foreign = traps.flatMap(({ number, ...place }) => {
    if (number === undefined || !program.trapCalls?.foreign.has(number)) return []
    return [foreignTrap(number, explain({ ...place, kind: 'trap', symbol: TRAP_DOOR, local: undefined }))]
  })
  if (foreign.length > 0) return fail(...foreign)
  const demand = demandOf(program, link, reach, explain)
  return ok({
    demand,
    optionalSyscalls: optionalSyscalls(program, demand, reach),
    members: link.files.filter((file) => file.origin === 'library').map((file) => file.name),
    sections: reach.nodes
      .toSorted((a, b) => a.file.order - b.file.order || a.section - b.section)
      .map(({ file, section }) => ({ file: file.name, section: file.elf.sections[section]?.name ?? '' })),
    suggestions: new Map(demand.unresolved.map(({ name }) => [name, nearestNames(name, link.resolutions)])),
    reasonFor: (symbol) => {
      const reference = reach.references.get(symbol) ?? reach.weakReferences.get(symbol)
      if (reference) return explain(reference)
      return isReached(symbol, link, reach) ? [] : undefined
    },
    appStepsTo: (name) => {
      const features = [...(program.features ?? [])].filter(([, feature]) => feature === name)
      const calls = program.syscalls.has(name) ? [`${CALL_PREFIX}${name}`] : []
      const symbols = name === 'syscall' ? [DYNAMIC_CALL] : [...calls, ...features.map(([symbol]) => symbol)]
      return appSteps(symbols, reach, explain)
    },
  })
}

/** The kernel's function behind an instruction; none for a number that is no system call. */
function calledBy({ number }: Trap, { trapCalls }: CProgram): readonly string[] {
  if (number === undefined) return [DYNAMIC_CALL]
  const name = trapCalls?.names.get(number)
  return name === undefined ? [] : [`${CALL_PREFIX}${name}`]
}

function demandOf(
  program: CProgram,
  link: ResolvedLink,
  reach: Reach,
  explain: (reference: Reference) => Demanded['because'],
): Demand {
  const syscalls: Demanded[] = []
  const features = new Map<string, Demanded>()
  const undecided: Demanded[] = []
  const unresolved: Demanded[] = []
  for (const [symbol, reference] of demandingReferences(link, reach)) {
    const feature = program.features?.get(symbol)
    const missing = isMissing(symbol, link) && !program.provided?.has(symbol)
    if (feature !== undefined) {
      if (!features.has(feature)) features.set(feature, { name: feature, because: explain(reference) })
    } else if (symbol === DYNAMIC_CALL) undecided.push({ name: 'syscall', because: explain(reference) })
    else if (symbol.startsWith(CALL_PREFIX)) {
      const name = symbol.slice(CALL_PREFIX.length)
      const known = program.syscalls.has(name)
      if (known) syscalls.push({ name, because: explain(reference) })
      else if (missing) unresolved.push({ name: symbol, because: explain(reference) })
    } else if (!missing || LINKER_DEFINED.has(symbol) || isSectionBound(symbol, link)) continue
    // The kernel's own names: which of them exist is for the link to find out.
    else if (!symbol.startsWith('az_')) unresolved.push({ name: symbol, because: explain(reference) })
  }
  return {
    syscalls: byName(syscalls),
    features: byName([...features.values()]),
    undecided: byName(undecided),
    unresolved: byName(unresolved),
  }
}

function optionalSyscalls(program: CProgram, demand: Demand, reach: Reach): readonly string[] {
  const demanded = new Set(demand.syscalls.map((one) => one.name))
  return [...reach.weakReferences.keys()]
    .filter((symbol) => symbol.startsWith(CALL_PREFIX))
    .map((symbol) => symbol.slice(CALL_PREFIX.length))
    .filter((name) => program.syscalls.has(name) && !demanded.has(name))
    .sort()
}

/**
 * The references that make their symbol needed. A weak one does not by itself: its code asks whether the symbol is
 * there. But the linker merges references, so one strong reference in any file, reached or not, speaks for all.
 */
function demandingReferences(link: ResolvedLink, reach: Reach): ReadonlyMap<string, Reference> {
  const weak = [...reach.weakReferences].filter(([symbol]) => isMissing(symbol, link))
  return new Map([...weak, ...reach.references])
}

/** True when the linker would report the symbol: strong references, and no definition. */
function isMissing(symbol: string, link: ResolvedLink): boolean {
  const resolution = link.resolutions.get(symbol)
  return resolution?.kind === 'undefined' && !resolution.weak
}

/** `__start_x` and `__stop_x` are defined by the linker when a section `x` exists. */
function isSectionBound(symbol: string, link: ResolvedLink): boolean {
  const name = /^__(?:start|stop)_(.+)$/.exec(symbol)?.[1]
  return (
    name !== undefined &&
    link.files.some((file) => file.elf.sections.some((section) => section.name === name))
  )
}

function isReached(symbol: string, link: ResolvedLink, reach: Reach): boolean {
  const target = link.resolutions.get(symbol)
  const section = target?.kind === 'defined' ? target.file.symbols[target.symbol]?.section : undefined
  return target?.kind === 'defined' && typeof section === 'number' && reach.has(target.file, section)
}

/** Defined names that differ from `name` by a typing slip: at most a third of its letters. */
function nearestNames(name: string, resolutions: ResolvedLink['resolutions']): readonly string[] {
  const limit = Math.max(1, Math.floor(name.length / 3))
  const near: { readonly name: string; readonly steps: number }[] = []
  for (const [candidate, { kind }] of resolutions) {
    if (kind === 'undefined' || candidate.startsWith('_') !== name.startsWith('_')) continue
    if (Math.abs(candidate.length - name.length) > limit) continue
    const steps = distance(candidate, name)
    if (steps <= limit) near.push({ name: candidate, steps })
  }
  near.sort((a, b) => a.steps - b.steps || (a.name < b.name ? -1 : 1))
  return near
    .filter((one) => one.steps === near[0]?.steps)
    .slice(0, 3)
    .map((one) => one.name)
}

function byName(list: readonly Demanded[]): readonly Demanded[] {
  return list.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
}
