import { ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { checkBudget, compareSizes, type BudgetResult, type SizeReport } from '../link/index.ts'
import { measureSizes } from './measure-sizes.ts'
import type { BuildRecord } from './request.ts'

/**
 * Holds an image against its budget. `bootInstructions` is what was counted, `undefined` when it could not be: then that limit fails.
 * What grew is told against the last image that passed, kept beside the build.
 */
export function checkImage(
  host: Host,
  record: BuildRecord,
  bootInstructions: number | undefined,
): Result<BudgetResult> {
  const sizes = measureSizes(host, record)
  if (!sizes.ok) return sizes
  const baseline = `${record.out}/passed-sizes.json`
  const before = JSON.parse(host.readText(baseline) ?? 'null') as SizeReport | null
  const growth = before ? compareSizes(before, sizes.value) : []
  const actual = {
    imageBytes: record.bytes,
    bootInstructions,
    syscalls: record.syscalls.map(({ name }) => name),
  }
  const result = checkBudget(record.budget ?? {}, actual, growth)
  if (result.problems.length === 0) host.write(baseline, JSON.stringify(sizes.value))
  return ok(result)
}
