import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { differentResults, guestFailed } from './diagnostics.ts'
import { parseFigures, type Figures } from './figures.ts'
import { ratioSpread } from './spread.ts'
import { timeRow, type TimedRow } from './row.ts'
import type { BothSides } from './sides.ts'

/**
 * Work that asks the kernel for nothing, timed on az, in the Linux guest and on this machine's own Linux, one after the other in each
 * round.
 */
export async function compareCpu(
  host: Host,
  sides: BothSides,
  memoryBytes: number,
  rounds: number,
): Promise<Result<readonly TimedRow[]>> {
  const onHost = async (): Promise<Result<string>> => {
    const { status, stdout, stderr } = await host.run(sides.hostProgram, [])
    return status === 0
      ? ok(stdout)
      : fail(guestFailed('this machine', sides.name, `status ${status}`, stderr))
  }
  const taken = { az: [] as Figures[], linux: [] as Figures[], host: [] as Figures[] }
  for (let round = 0; round < rounds; round++) {
    const runs = {
      az: () => sides.az.run({ memoryBytes }),
      linux: () => sides.linux.run({ memoryBytes }),
      host: onHost,
    }
    for (const place of ['az', 'linux', 'host'] as const) {
      const printed = await runs[place]()
      if (!printed.ok) return printed
      taken[place].push(parseFigures(printed.value))
    }
  }
  const first = taken.az[0]!
  for (const [name, value] of first.results) {
    const everywhere = [...taken.az, ...taken.linux, ...taken.host]
    if (everywhere.some(({ results }) => results.get(name) !== value))
      return fail(differentResults(sides.name, name))
  }
  const rows = [...first.values.keys()].flatMap((name) => {
    const [az, linux, native] = [taken.az, taken.linux, taken.host].map((figures) =>
      figures.map(({ values }) => values.get(name)!),
    ) as [number[], number[], number[]]
    return [
      timeRow('cpu', `${name}, time`, az, linux),
      {
        kind: 'timed',
        group: 'cpu',
        name: `${name}, cost of emulation`,
        of: 'az/host',
        ratio: ratioSpread(az, native) ?? null,
      } as const,
    ]
  })
  return ok(rows)
}
