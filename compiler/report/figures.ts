import type { BudgetCheck } from '../link/index.ts'
import type { Figure, Unit } from './document.ts'

/** The figures of the summary, in order, as the documents of `azbuild bench` name them. */
export const shownFigures: readonly {
  readonly name: string
  readonly label: string
  readonly unit: Unit
  /** The budget that limits it, when that has another name. */
  readonly budget?: string
}[] = [
  { name: 'bytes', label: 'Image file', unit: 'bytes', budget: 'imageBytes' },
  { name: 'bootInstructions', label: 'Entry to main()', unit: 'instructions' },
  { name: 'listenInstructions', label: 'main() to listening', unit: 'instructions' },
  { name: 'requestInstructions', label: 'One HTTP request', unit: 'instructions' },
  { name: 'connectionInstructions', label: 'One TCP connection', unit: 'instructions' },
  { name: 'leastMemoryBytes', label: 'Least memory', unit: 'bytes' },
  { name: 'syscalls', label: 'System calls', unit: 'calls' },
  { name: 'components', label: 'Components', unit: 'components' },
]

/** A value and, when it is not this build's own, where it comes from. */
export interface Known {
  readonly value: number
  readonly from?: string
}

/** What is known of an image, with its budget held against it; a budget of something else is a figure of its own. */
export function figuresOf(
  known: Readonly<Record<string, Known | undefined>>,
  checks: readonly BudgetCheck[],
): readonly Figure[] {
  const checkOf = new Map(checks.map((check) => [check.name, check]))
  const figures = shownFigures.flatMap(({ name, label, unit, budget = name }): readonly Figure[] => {
    const check = checkOf.get(budget)
    checkOf.delete(budget)
    const figure = known[name] ?? (check ? { value: null } : undefined)
    return figure ? [{ name, label, unit, ...figure, ...limitOf(check) }] : []
  })
  const others = [...checkOf.values()].map((check): Figure => {
    const value = typeof check.actual === 'number' ? check.actual : null
    return { name: check.name, ...wordsOf(check.name), value, ...limitOf(check) }
  })
  return [...figures, ...others]
}

/** A limit as a number: a list of what is allowed counts. */
function limitOf(check: BudgetCheck | undefined): Pick<Figure, 'limit' | 'ok'> {
  if (!check) return {}
  const { limit, ok } = check
  return { limit: typeof limit === 'number' ? limit : limit.length, ok }
}

function wordsOf(name: string): { readonly label: string; readonly unit: Unit } {
  if (name === 'growthBytes') return { label: 'Growth since bench.json', unit: 'bytes' }
  if (name === 'growthPercent') return { label: 'Growth since bench.json', unit: 'percent' }
  const [kind, owner] = name.split(':')
  return kind === 'componentBytes' && owner !== undefined
    ? { label: `Bytes of ${owner}`, unit: 'bytes' }
    : { label: name, unit: name.endsWith('Instructions') ? 'instructions' : 'bytes' }
}
