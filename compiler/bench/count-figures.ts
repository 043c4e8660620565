import type { BuildRecord, Counted } from '../build/index.ts'
import { fail, ok, type Diagnostic, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import type { CountedFigure } from '../link/index.ts'
import { doesNotServe, needsMoreMemory } from './diagnostics.ts'
import { leastMemory } from './least-memory.ts'
import { measureBoot } from './measure-boot.ts'
import { followImage } from './measure-image.ts'

/** Figures that come from following an image while it serves; what is left is counted by itself, which is faster. */
const followed = ['requestInstructions', 'connectionInstructions'] as const

/** Counts just these figures of an image: what a budget limits. What cannot be had is told with its reason. */
export async function countFigures(
  host: Host,
  record: BuildRecord,
  names: readonly CountedFigure[],
  onStep: (text: string) => void,
): Promise<Counted> {
  const figures: Partial<Record<CountedFigure, number>> = {}
  const unmeasured: Partial<Record<CountedFigure, Diagnostic>> = {}
  const take = (name: CountedFigure, counted: Result<number>): void => {
    if (counted.ok) figures[name] = counted.value
    else unmeasured[name] = counted.problems[0]!
  }
  if (names.includes('bootInstructions')) {
    onStep('counting instructions to main()')
    take('bootInstructions', await measureBoot(host, record))
  }
  const serving = followed.filter((name) => names.includes(name))
  if (serving.length > 0) {
    onStep('counting instructions of requests and connections')
    const measured = await followImage(host, record)
    for (const name of serving) {
      if (!measured.ok) take(name, measured)
      else {
        const value = measured.value[name]
        take(
          name,
          value === null ? fail(doesNotServe(record.name, measured.value.notes.join('; '))) : ok(value),
        )
      }
    }
  }
  if (names.includes('leastMemoryBytes')) {
    onStep('looking for the least memory')
    const least = await leastMemory(host, record)
    if (!least.ok) take('leastMemoryBytes', least)
    else
      take(
        'leastMemoryBytes',
        least.value === undefined ? fail(needsMoreMemory(record.name)) : ok(least.value),
      )
  }
  return { ...figures, unmeasured }
}
