import type { BuildRecord, Counted } from '../build/index.ts'
import { fail, ok, type Diagnostic, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import type { CountedFigure } from '../link/index.ts'
import { bootFailed, needsMoreMemory } from './diagnostics.ts'
import { leastMemory } from './least-memory.ts'
import { measureBoot } from './measure-boot.ts'

/** Counts just these figures of an image: what a budget limits. What cannot be had is told with its reason. */
export async function countFigures(
  host: Host,
  record: BuildRecord,
  names: readonly CountedFigure[],
  onStep: (text: string) => void,
): Promise<Counted> {
  const figures: Partial<Record<CountedFigure, number>> = {}
  const unmeasured: Partial<Record<CountedFigure, Diagnostic>> = {}
  for (const name of names) {
    onStep(steps[name])
    const counted = await count(host, record, name)
    if (counted.ok) figures[name] = counted.value
    else unmeasured[name] = counted.problems[0]!
  }
  return { ...figures, unmeasured }
}

const steps: Readonly<Record<CountedFigure, string>> = {
  bootInstructions: 'counting instructions to main()',
  requestInstructions: 'counting instructions of a request',
  connectionInstructions: 'counting instructions of a connection',
  leastMemoryBytes: 'looking for the least memory',
}

async function count(host: Host, record: BuildRecord, name: CountedFigure): Promise<Result<number>> {
  switch (name) {
    case 'bootInstructions':
      return measureBoot(host, record)
    case 'leastMemoryBytes': {
      const least = await leastMemory(host, record)
      if (!least.ok) return least
      return least.value === undefined ? fail(needsMoreMemory(record.name)) : ok(least.value)
    }
    case 'requestInstructions':
    case 'connectionInstructions':
      return fail(bootFailed(record.name, 'not counted yet'))
  }
}
