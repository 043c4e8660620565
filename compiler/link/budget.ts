import type { Budget } from '../app/index.ts'
import type { Diagnostic } from '../diag/index.ts'
import type { SizeChange } from './compare-sizes.ts'
import { overBudget, unmeasuredBudget } from './diagnostics.ts'

/** What was measured; `undefined` when it could not be. */
export interface BudgetActual {
  readonly imageBytes: number
  readonly bootInstructions: number | undefined
  readonly syscalls: readonly string[]
}

/** One limit and how it stands: a row of `azbuild image --check --json`. */
export interface BudgetCheck {
  readonly name: 'imageBytes' | 'bootInstructions' | 'syscalls'
  readonly limit: number | readonly string[]
  readonly actual: number | readonly string[] | null
  readonly ok: boolean
}

export interface BudgetResult {
  readonly checks: readonly BudgetCheck[]
  readonly problems: readonly Diagnostic[]
}

/**
 * Holds a build against its budget; only limits that are set are checked. A figure that could not be measured
 * fails. `growth` (against an earlier build) is what an error about bytes lists.
 */
export function checkBudget(
  budget: Budget,
  actual: BudgetActual,
  growth: readonly SizeChange[] = [],
): BudgetResult {
  const checks: BudgetCheck[] = []
  const problems: Diagnostic[] = []
  const checkNumber = (name: 'imageBytes' | 'bootInstructions', measured: number | undefined) => {
    const limit = budget[name]
    if (limit === undefined) return
    const ok = measured !== undefined && measured <= limit
    checks.push({ name, limit, actual: measured ?? null, ok })
    if (measured === undefined) problems.push(unmeasuredBudget(name, limit))
    else if (!ok) problems.push(overBudget(name, limit, measured, name === 'imageBytes' ? growth : []))
  }
  checkNumber('imageBytes', actual.imageBytes)
  checkNumber('bootInstructions', actual.bootInstructions)
  if (budget.syscalls !== undefined) {
    const allowed = new Set(budget.syscalls)
    const extra = actual.syscalls.filter((name) => !allowed.has(name))
    checks.push({ name: 'syscalls', limit: budget.syscalls, actual: actual.syscalls, ok: extra.length === 0 })
    if (extra.length > 0) problems.push(overBudget('syscalls', budget.syscalls.length, extra, []))
  }
  return { checks, problems }
}
