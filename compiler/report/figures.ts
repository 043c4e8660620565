import type { BudgetCheck } from '../link/index.ts'
import type { Figure, Unit } from './document.ts'

/** The figures of the summary, in order, as the documents of `azbuild bench` name them. */
const shown: readonly {
  readonly name: string
  readonly label: string
  readonly unit: Unit
  /** The name of the budget that limits it. */
  readonly budget?: BudgetCheck['name']
}[] = [
  { name: 'bytes', label: 'Image file', unit: 'bytes', budget: 'imageBytes' },
  { name: 'bootInstructions', label: 'Entry to main()', unit: 'instructions', budget: 'bootInstructions' },
  { name: 'listenInstructions', label: 'main() to listening', unit: 'instructions' },
  { name: 'requestInstructions', label: 'One HTTP request', unit: 'instructions' },
  { name: 'connectionInstructions', label: 'One TCP connection', unit: 'instructions' },
  { name: 'leastMemoryBytes', label: 'Least memory', unit: 'bytes' },
  { name: 'syscalls', label: 'System calls', unit: 'calls', budget: 'syscalls' },
  { name: 'components', label: 'Components', unit: 'components' },
]

/** A value and, when it is not this build's own, where it comes from. */
export interface Known {
  readonly value: number
  readonly from?: string
}

/** What is known of an image, with the budget held against it. */
export function figuresOf(
  known: Readonly<Record<string, Known | undefined>>,
  checks: readonly BudgetCheck[],
): readonly Figure[] {
  return shown.flatMap(({ name, label, unit, budget }): readonly Figure[] => {
    const figure = known[name]
    if (!figure) return []
    const check = checks.find((one) => one.name === budget)
    const limit = check && limitOf(check)
    return [{ name, label, unit, ...figure, ...(limit === undefined ? {} : { limit, ok: check!.ok }) }]
  })
}

/** A limit as a number: a list of what is allowed counts. */
function limitOf({ limit }: BudgetCheck): number {
  return typeof limit === 'number' ? limit : limit.length
}
