import { ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import {
  checkBudget,
  symbolSizes,
  type BudgetResult,
  type BudgetActual,
  type SizeBaseline,
  type SymbolSizes,
} from '../link/index.ts'
import { measureSizes } from './measure-sizes.ts'
import type { BuildRecord } from './request.ts'

/** What was counted of `figuresToCount`, and why the rest was not. */
export type Counted = Omit<BudgetActual, 'imageBytes' | 'sizes' | 'syscalls' | 'components'>

/**
 * Holds an image against its budget. A figure that is missing in `counted` fails its limit. What grew is told against `saved`, the baseline that the app's repository keeps, or else against the last image that passed,
 * kept beside the build.
 */
export function checkImage(
  host: Host,
  record: BuildRecord,
  counted: Counted,
  saved?: SizeBaseline,
): Result<BudgetResult> {
  const measured = measureSizes(host, record)
  if (!measured.ok) return measured
  const sizes = symbolSizes(measured.value)
  const file = `${record.out}/passed-symbols.json`
  const passed = readSizes(host, file)
  const { bytes, syscalls, components } = record
  const result = checkBudget(
    record.budget ?? {},
    { ...counted, imageBytes: bytes, sizes, syscalls, components },
    {
      ...(saved ? { saved } : {}),
      ...(passed ? { passed: { from: 'the last build that passed', sizes: passed } } : {}),
    },
  )
  if (result.problems.length === 0) host.write(file, JSON.stringify(sizes))
  return ok(result)
}

function readSizes(host: Host, file: string): SymbolSizes | undefined {
  try {
    return JSON.parse(host.readText(file) ?? 'null') ?? undefined
  } catch {
    return undefined // a damaged note of what passed costs a hint, no more
  }
}
