import type { Arch } from '../component/index.ts'
import type { Diagnostic } from '../diag/index.ts'
import { compareSizes, renderSizeChange, type BudgetCheck, type SizeChange } from '../link/index.ts'
import { newestOf } from './baseline.ts'
import type { BenchFile, BenchRun, MeasuredImage, MeasuredPrimitives } from './bench-file.ts'
import { figureGrew, figureLost } from './diagnostics.ts'

/** A figure that moved: null where it could not be had. */
export interface FigureChange {
  /** `bytes`, `bootInstructions`; one of several by name is `components:net/tcp`. */
  readonly figure: string
  readonly before: number | null
  readonly after: number | null
}

/** What moved in an image, or in what lies below all images. */
export interface Comparison {
  /** The image; `primitives` for what is measured once for all. */
  readonly name: string
  readonly arch: Arch
  /** The label of the run it is compared with; absent when that had none. */
  readonly since?: string
  /** Only what moved: in the order of the document. */
  readonly figures: readonly FigureChange[]
  /** Largest growth first, what shrank last. Empty when one side has no symbols. */
  readonly symbols: readonly SizeChange[]
  /** One for each figure that both have and that stands alone; the limit is what it was, and what it may grow. */
  readonly checks: readonly BudgetCheck[]
  /** One for each check that is not ok, in their order. */
  readonly problems: readonly Diagnostic[]
  readonly notes: readonly string[]
}

/** Fields that say what was measured, and figures that no two runs agree on. */
const noFigures = new Set(['name', 'arch', 'runner', 'symbols', 'client', 'label'])

/** How many symbols or parts of a figure a problem lists. */
const reasonsShown = 8

/**
 * Holds a run against the newest figures that a file has of the same images: smaller is better for all of them. A figure may grow by
 * `tolerancePercent`.
 */
export function compareRuns(before: BenchFile, after: BenchRun, tolerancePercent = 0): readonly Comparison[] {
  const images = after.images.map((image) => {
    const old = newestOf(before, image)
    return old
      ? compareFigures(image.name, old.image, image, old.label, tolerancePercent)
      : nothingKnown(image.name, image.arch)
  })
  const { primitives } = after
  const old = before.runs.find((run) => run.primitives && run.primitives.arch === primitives?.arch)
  return primitives && old?.primitives
    ? [...images, compareFigures('primitives', old.primitives, primitives, old.label, tolerancePercent)]
    : images
}

function nothingKnown(name: string, arch: Arch): Comparison {
  const notes = [`There are no figures of ${name} for ${arch} to compare with`]
  return { name, arch, figures: [], symbols: [], checks: [], problems: [], notes }
}

function compareFigures(
  name: string,
  before: MeasuredImage | MeasuredPrimitives,
  after: MeasuredImage | MeasuredPrimitives,
  label: string | undefined,
  tolerancePercent: number,
): Comparison {
  const sameRunner = before.runner === after.runner
  const comparable = (figure: string): boolean => sameRunner || !isCounted(figure)
  const [old, now] = [figuresOf(before), figuresOf(after)]
  const names = [...now.keys(), ...[...old.keys()].filter((one) => !now.has(one))].filter(comparable)
  const figures = names
    .map((figure) => ({ figure, before: old.get(figure) ?? null, after: now.get(figure) ?? null }))
    .filter((one) => one.before !== one.after)
  const [sizesBefore, sizesAfter] = [sizesOf(before), sizesOf(after)]
  const symbols = sizesBefore && sizesAfter ? compareSizes(sizesBefore, sizesAfter) : []
  const checks = names
    .filter((figure) => !figure.includes(':'))
    .flatMap((figure): BudgetCheck[] => {
      const [was, is] = [old.get(figure), now.get(figure) ?? null]
      if (was === undefined || was === null) return []
      const limit = Math.floor(was * (1 + tolerancePercent / 100))
      return [{ name: figure, limit, actual: is, ok: is !== null && is <= limit }]
    })
  const problems = checks
    .filter((check) => !check.ok)
    .map(({ name: figure, actual }) =>
      typeof actual === 'number'
        ? figureGrew(name, after.arch, figure, old.get(figure)!, actual, reasonsFor(figure, figures, symbols))
        : figureLost(name, after.arch, figure, old.get(figure)!),
    )
  const notes = sameRunner
    ? []
    : [`${name} was counted on ${before.runner} and now on ${after.runner}: only bytes are compared`]
  return {
    name,
    arch: after.arch,
    ...(label ? { since: label } : {}),
    figures,
    symbols,
    checks,
    problems,
    notes,
  }
}

/** A figure that depends on what counted it. */
function isCounted(figure: string): boolean {
  const [field = ''] = figure.split(':')
  return field.endsWith('Instructions') || field === 'leastMemoryBytes' || field === 'pages'
}

/** Every number of a document by name, `:` between the names of nested ones. */
function figuresOf(document: object): ReadonlyMap<string, number | null> {
  const figures = new Map<string, number | null>()
  const walk = (value: unknown, name: string): void => {
    if (typeof value === 'number' || value === null) figures.set(name, value)
    else if (typeof value === 'object' && !Array.isArray(value))
      for (const [key, inner] of Object.entries(value)) walk(inner, `${name}:${key}`)
  }
  for (const [field, value] of Object.entries(document)) if (!noFigures.has(field)) walk(value, field)
  return figures
}

/** Why a figure grew: the parts of it that did (`requestLayerInstructions:tcp` for `requestInstructions`), and the symbols. */
function reasonsFor(
  figure: string,
  figures: readonly FigureChange[],
  symbols: readonly SizeChange[],
): readonly string[] {
  const parts = figures
    .filter((one) => one.figure.startsWith(`${figure.replace(/Instructions$/, 'LayerInstructions')}:`))
    .filter((one) => (one.after ?? 0) > (one.before ?? 0))
    .toSorted((a, b) => growthOf(b) - growthOf(a))
    .map((one) => `${one.figure.split(':').slice(1).join(':')} ${renderMove(one)}`)
  const grown = symbols.filter((one) => one.after > one.before)
  const rows = [...parts.slice(0, reasonsShown), ...grown.slice(0, reasonsShown).map(renderSizeChange)]
  const more = Math.max(0, grown.length - reasonsShown)
  return more > 0 ? [...rows, `${more} more symbols grew`] : rows
}

function growthOf({ before, after }: FigureChange): number {
  return (after ?? 0) - (before ?? 0)
}

/** `45206 to 45300 (+94, +0.21 %)`. */
export function renderMove({ before, after }: Pick<FigureChange, 'before' | 'after'>): string {
  if (before === null || after === null) return `${before ?? 'unknown'} to ${after ?? 'unknown'}`
  const sign = after > before ? '+' : ''
  const percent = before === 0 ? '' : `, ${sign}${(((after - before) * 100) / before).toFixed(2)} %`
  return `${before} to ${after} (${sign}${after - before}${percent})`
}

function sizesOf(document: MeasuredImage | MeasuredPrimitives): MeasuredImage['symbols'] {
  return 'symbols' in document ? document.symbols : undefined
}
