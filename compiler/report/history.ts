import type { HistoryOfArch, Series, Unit } from './document.ts'

/** A run that `azbuild bench --save` kept, as far as the report reads it. */
export interface SavedRun {
  readonly label: string
  readonly images: readonly SavedImage[]
}

export interface SavedImage {
  readonly name: string
  readonly arch: string
  /** Other figures by name, as `azbuild bench --json` has them; null where one could not be had. */
  readonly [figure: string]: unknown
}

/** The figures that have a history, in order. */
const charted: readonly { readonly name: string; readonly label: string; readonly unit: Unit }[] = [
  { name: 'bytes', label: 'Image file', unit: 'bytes' },
  { name: 'bootInstructions', label: 'Entry to main()', unit: 'instructions' },
  { name: 'listenInstructions', label: 'main() to listening', unit: 'instructions' },
  { name: 'requestInstructions', label: 'One HTTP request', unit: 'instructions' },
  { name: 'connectionInstructions', label: 'One TCP connection', unit: 'instructions' },
  { name: 'leastMemoryBytes', label: 'Least memory', unit: 'bytes' },
]

/**
 * Reads `bench.json`; `undefined` when it is not what `azbuild bench --save` writes. What is not known is passed over, so that files of
 * later versions can be read.
 */
export function parseHistory(text: string): readonly SavedRun[] | undefined {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    return undefined
  }
  if (!isRecord(parsed) || !Array.isArray(parsed['runs'])) return undefined
  const runs: SavedRun[] = []
  for (const run of parsed['runs'] as readonly unknown[]) {
    if (!isRecord(run) || !Array.isArray(run['images'])) return undefined
    const images = (run['images'] as readonly unknown[]).filter(isImage)
    runs.push({ label: typeof run['label'] === 'string' ? run['label'] : '', images })
  }
  return runs
}

/** The figures of one image across runs (newest first, as they are saved), one entry for each flavour that has any. */
export function historyOf(name: string, runs: readonly SavedRun[]): readonly HistoryOfArch[] {
  const mine = runs.flatMap(({ images }) => images.filter((image) => image.name === name))
  const arches = [...new Set(mine.map(({ arch }) => arch))].sort().reverse()
  return arches.map((arch) => {
    const taken = runs.toReversed().flatMap(({ label, images }) => {
      const image = images.find((one) => one.name === name && one.arch === arch)
      return image ? [{ label, image }] : []
    })
    const series = charted.map(({ name: figure, label, unit }): Series => {
      const values = taken.map(({ image }) => numberOf(image[figure]))
      return { name: figure, label, unit, values }
    })
    return {
      arch,
      labels: taken.map(({ label }) => label),
      series: series.filter(({ values }) => values.some((value) => value !== null)),
    }
  })
}

/** The newest saved figures of an image that has just so many bytes: those of this build. */
export function savedFigures(
  runs: readonly SavedRun[],
  { name, arch, bytes }: { readonly name: string; readonly arch: string; readonly bytes: number },
): { readonly label: string; readonly image: SavedImage } | undefined {
  const [run] = runs.filter(({ images }) =>
    images.some((image) => image.name === name && image.arch === arch),
  )
  const image = run?.images.find((one) => one.name === name && one.arch === arch)
  return run && image && image['bytes'] === bytes ? { label: run.label, image } : undefined
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function isImage(value: unknown): value is SavedImage {
  return isRecord(value) && typeof value['name'] === 'string' && typeof value['arch'] === 'string'
}
