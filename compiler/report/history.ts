import { newestOf, type BenchFile, type BenchRun, type MeasuredImage } from '../bench/index.ts'
import type { HistoryOfArch, Series } from './document.ts'
import { shownFigures, type Known } from './figures.ts'

/** The figures that have a history: those that a saved run has as numbers. */
const charted = shownFigures.filter(({ unit }) => unit === 'bytes' || unit === 'instructions')

/**
 * The figures of one image across saved runs, one entry for each flavour that has any. Counts of another runner than the newest
 * run's do not compare, and are left out.
 */
export function historyOf(name: string, runs: readonly BenchRun[]): readonly HistoryOfArch[] {
  const arches = ['x86_64', 'i386'] as const
  return arches.flatMap((arch): readonly HistoryOfArch[] => {
    const taken = runs.toReversed().flatMap(({ label = '', images }) => {
      const image = images.find((one) => one.name === name && one.arch === arch)
      return image ? [{ label, image }] : []
    })
    const runner = taken.at(-1)?.image.runner
    if (runner === undefined) return []
    const series = charted.map(({ name: figure, label, unit }): Series => {
      const compares = (image: MeasuredImage): boolean => image.runner === runner || figure === 'bytes'
      const values = taken.map(({ image }) => (compares(image) ? numberOf(fieldOf(image, figure)) : null))
      return { name: figure, label, unit, values }
    })
    return [
      {
        arch,
        runner,
        labels: taken.map(({ label }) => label),
        series: series.filter(({ values }) => values.some((value) => value !== null)),
      },
    ]
  })
}

/** What the newest saved run knows of a build, when it is of the very same one: equal bytes of every symbol. */
export interface SavedFigures {
  readonly numbers: Readonly<Record<string, Known>>
  /** Mean for each call, by system call. */
  readonly syscallInstructions: Readonly<Record<string, number>>
}

export function savedFigures(
  file: BenchFile | undefined,
  build: Pick<MeasuredImage, 'name' | 'arch' | 'bytes' | 'symbols'>,
): SavedFigures {
  const newest = newestOf(file, build)
  if (!newest || newest.image.bytes !== build.bytes || !sameSizes(newest.image.symbols, build.symbols))
    return { numbers: {}, syscallInstructions: {} }
  const from = newest.label === undefined ? 'bench.json' : `bench.json, ${newest.label}`
  const numbers = Object.entries(newest.image).flatMap(([name, value]) =>
    typeof value === 'number' ? [[name, { value, from }] as const] : [],
  )
  const perCall = fieldOf(newest.image, 'syscallInstructions')
  return {
    numbers: Object.fromEntries(numbers),
    syscallInstructions: Object.fromEntries(
      Object.entries(typeof perCall === 'object' && perCall !== null ? perCall : {}).filter(
        (entry): entry is [string, number] => typeof entry[1] === 'number',
      ),
    ),
  }
}

/** A figure of a saved image: what is saved is whatever the command counted then. */
function fieldOf(image: MeasuredImage, name: string): unknown {
  return new Map<string, unknown>(Object.entries(image)).get(name)
}

function sameSizes(a: MeasuredImage['symbols'], b: MeasuredImage['symbols']): boolean {
  return a === undefined || b === undefined || JSON.stringify(a) === JSON.stringify(b)
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
