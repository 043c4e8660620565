import { ok, type Result } from '../diag/index.ts'
import type { MachineOptions, Side } from './sides.ts'

/** What a program of bench/ printed: lines `name value unit`. Other lines are not its figures. */
export interface Figures {
  readonly values: ReadonlyMap<string, number>
  /** Results that have to be the same wherever the program runs: lines whose unit is `is`. */
  readonly results: ReadonlyMap<string, string>
}

export function parseFigures(printed: string): Figures {
  const values = new Map<string, number>()
  const results = new Map<string, string>()
  for (const line of printed.split(/\r?\n/)) {
    const [, name, value, unit] = /^(\w+) (\d+(?:\.\d+)?) (\w+)$/.exec(line) ?? []
    if (name === undefined || value === undefined) continue
    if (unit === 'is') results.set(name, value)
    else values.set(name, Number(value))
  }
  return { values, results }
}

/** Figures of two runs in a row, and which of them were equal. */
export interface Counted {
  readonly values: ReadonlyMap<string, number>
  readonly exact: ReadonlySet<string>
  readonly results: ReadonlyMap<string, string>
}

/** Runs a program twice on a machine that counts instructions. */
export async function countTwice(side: Side, options: MachineOptions): Promise<Result<Counted>> {
  const runs: Figures[] = []
  while (runs.length < 2) {
    const printed = await side.run({ ...options, counted: true, args: ['tsc'] })
    if (!printed.ok) return printed
    runs.push(parseFigures(printed.value))
  }
  const [first, second] = runs as [Figures, Figures]
  const same = [...first.values].filter(([name, value]) => second.values.get(name) === value)
  return ok({ values: first.values, exact: new Set(same.map(([name]) => name)), results: first.results })
}
