import { fail, ok, type Result } from '../diag/index.ts'
import { differentResults } from './diagnostics.ts'
import { countTwice, type Counted } from './figures.ts'
import { countedRow, type CountedRow, type Group } from './row.ts'
import type { BothSides, Side } from './sides.ts'

/** Every figure of a program of bench/, counted on both sides. Results that differ are a problem: it was not the same work. */
export async function countProgram(
  group: Group,
  sides: BothSides,
  memoryBytes: number,
): Promise<Result<readonly CountedRow[]>> {
  const az = await countTwice(sides.az, { memoryBytes })
  if (!az.ok) return az
  const linux = await countTwice(sides.linux, { memoryBytes })
  if (!linux.ok) return linux
  for (const [name, value] of az.value.results) {
    if (linux.value.results.get(name) !== value) return fail(differentResults(sides.name, name))
  }
  const names = [...new Set([...az.value.values.keys(), ...linux.value.values.keys()])]
  return ok(names.map((name) => rowOf(group, name, az.value, linux.value)))
}

/** The same for a program that az cannot run, with the reason. */
export async function countOnLinux(
  group: Group,
  linux: Side,
  memoryBytes: number,
  note: string,
): Promise<Result<readonly CountedRow[]>> {
  const counted = await countTwice(linux, { memoryBytes })
  if (!counted.ok) return counted
  const names = [...counted.value.values.keys()]
  return ok(names.map((name) => ({ ...rowOf(group, name, undefined, counted.value), note })))
}

function rowOf(group: Group, name: string, az: Counted | undefined, linux: Counted): CountedRow {
  return countedRow({
    group,
    name,
    unit: 'instructions',
    az: az?.values.get(name) ?? null,
    linux: linux.values.get(name) ?? null,
    exact: (az === undefined || az.exact.has(name)) && linux.exact.has(name),
  })
}
