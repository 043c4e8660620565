import type { Budget } from '../app/index.ts'
import type { Diagnostic } from '../diag/index.ts'
import { compareSizes, contentBytes, type SizeChange, type SymbolSizes } from './compare-sizes.ts'
import { noBaseline, outsideBudget, overBudget, unmeasuredBudget } from './diagnostics.ts'

/** Budgets of one number that some machine has to count. */
export const countedFigures = [
  'bootInstructions',
  'requestInstructions',
  'connectionInstructions',
  'leastMemoryBytes',
] as const
export type CountedFigure = (typeof countedFigures)[number]

/** Something of the image with why it is there, outermost reason first. */
export interface Present {
  readonly name: string
  readonly because: readonly string[]
}

/** An earlier build to compare with. */
export interface SizeBaseline {
  /** What it is, for people: `bench.json (6c89c59)`. */
  readonly from: string
  readonly sizes: SymbolSizes
}

/** What was measured; a counted figure is absent when it could not be had. */
export interface BudgetActual extends Partial<Readonly<Record<CountedFigure, number>>> {
  readonly imageBytes: number
  readonly sizes: SymbolSizes
  readonly syscalls: readonly Present[]
  readonly components: readonly Present[]
  /** Why a counted figure is absent, where that is known. */
  readonly unmeasured?: Partial<Readonly<Record<CountedFigure, Diagnostic>>>
}

/** What growth is told against. */
export interface BudgetBaselines {
  /** The one that the app's repository keeps: growth limits are held against it. */
  readonly saved?: SizeBaseline
  /** The last build that passed here: names what grew where nothing is saved. */
  readonly passed?: SizeBaseline
}

/** One limit and how it stands: a row of `azbuild image --check --json`. */
export interface BudgetCheck {
  /** A field of `Budget`; `componentBytes:net/tcp` for one owner's bytes. */
  readonly name: string
  readonly limit: number | readonly string[]
  readonly actual: number | readonly string[] | null
  readonly ok: boolean
}

export interface BudgetResult {
  readonly checks: readonly BudgetCheck[]
  /** One for each check that is not ok, in their order. */
  readonly problems: readonly Diagnostic[]
  /** What changed by symbol since `since`, largest growth first; `since` is absent where there is nothing to compare with. */
  readonly growth: readonly SizeChange[]
  readonly since?: string
}

/**
 * Holds a build against its budget; only limits that are set are checked, and a figure that could not be had fails. An error about a
 * number lists the symbols that grew.
 */
export function checkBudget(
  budget: Budget,
  actual: BudgetActual,
  { saved, passed }: BudgetBaselines = {},
): BudgetResult {
  const checks: BudgetCheck[] = []
  const problems: Diagnostic[] = []
  const add = (check: BudgetCheck, problem: () => Diagnostic): void => {
    checks.push(check)
    if (!check.ok) problems.push(problem())
  }
  const known = saved ?? passed
  const growth = known ? compareSizes(known.sizes, actual.sizes) : []
  const told = (changes: readonly SizeChange[]) => ({ changes, since: known?.from })
  const checkNumber = (
    name: string,
    limit: number | undefined,
    measured: number | undefined,
    changes = growth,
    why?: Diagnostic,
  ): void => {
    if (limit === undefined) return
    const ok = measured !== undefined && measured <= limit
    add({ name, limit, actual: measured ?? null, ok }, () =>
      measured === undefined
        ? unmeasuredBudget(name, limit, why)
        : overBudget(name, limit, measured, told(changes)),
    )
  }

  checkNumber('imageBytes', budget.imageBytes, actual.imageBytes)
  for (const [owner, limit] of Object.entries(budget.componentBytes ?? {}).sort(byName)) {
    const bytes = Object.values(actual.sizes[owner] ?? {}).reduce((sum, one) => sum + one, 0)
    const own = growth.filter((change) => change.owner === owner)
    checkNumber(`componentBytes:${owner}`, limit, bytes, own)
  }
  const before = saved && contentBytes(saved.sizes)
  const grown = before === undefined ? undefined : contentBytes(actual.sizes) - before
  const percent = grown === undefined || !before ? undefined : hundredths((grown * 100) / before)
  for (const [name, measured] of [['growthBytes', grown] as const, ['growthPercent', percent] as const]) {
    const limit = budget[name]
    if (limit === undefined) continue
    if (measured === undefined) add({ name, limit, actual: null, ok: false }, () => noBaseline(name, limit))
    else checkNumber(name, limit, measured)
  }
  for (const name of countedFigures)
    checkNumber(name, budget[name], actual[name], growth, actual.unmeasured?.[name])
  for (const name of ['syscalls', 'components'] as const) {
    const limit = budget[name]
    if (limit === undefined) continue
    const extra = actual[name].filter((one) => !limit.includes(one.name))
    const names = actual[name].map((one) => one.name)
    add({ name, limit, actual: names, ok: extra.length === 0 }, () => outsideBudget(name, extra))
  }
  return { checks, problems, growth, ...(known ? { since: known.from } : {}) }
}

/** Which figures a budget needs counted: nothing is run for a limit that is not set. */
export function figuresToCount(budget: Budget): readonly CountedFigure[] {
  return countedFigures.filter((name) => budget[name] !== undefined)
}

/** Rounded up, so that a growth never rounds to nothing. */
function hundredths(percent: number): number {
  return Math.ceil(percent * 100) / 100
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0
}
