import type { Command } from 'commander'
import {
  commitLabel,
  compareRuns,
  renderComparisons,
  renderComparisonsMarkdown,
  renderJunit,
  saveRun,
  unlabelled,
  type BenchFile,
  type BenchRun,
  type MeasuredImage,
} from '../../bench/index.ts'
import { measureSizes, type BuildRecord } from '../../build/index.ts'
import { fail, ok, type Result } from '../../diag/index.ts'
import type { Host } from '../../host/index.ts'
import { symbolSizes } from '../../link/index.ts'
import { exitCodeOf } from '../exit-codes.ts'
import { take, type Session } from '../session.ts'

/** What `azbuild bench` does with a run beside printing it. */
export interface RunOptions {
  readonly save?: boolean
  readonly label?: string
  /** A document or `bench.json` to compare with. */
  readonly compare?: string
  /** Percent that a figure may have grown; without it a comparison only tells. */
  readonly tolerance?: number
  readonly junit?: string
  readonly markdown?: boolean
}

/** Ends the command, as every wrong usage does, for options that mean nothing alone. */
export function checkRunOptions({ compare, tolerance, junit }: RunOptions, command: Command): void {
  const alone = tolerance !== undefined ? '--tolerance' : junit !== undefined ? '--junit' : undefined
  if (alone !== undefined && compare === undefined)
    command.error(`error: ${alone} goes with --compare <file>`)
}

/** A run with the bytes of its images by symbol: what tells later which of them grew. `records` are the images' builds. */
export function withSymbols(host: Host, run: BenchRun, records: readonly BuildRecord[]): Result<BenchRun> {
  const images: MeasuredImage[] = []
  for (const image of run.images) {
    const record = records.find(({ name, arch }) => name === image.name && arch === image.arch)!
    const sizes = measureSizes(host, record)
    if (!sizes.ok) return fail(...sizes.problems)
    images.push({ ...image, symbols: symbolSizes(sizes.value) })
  }
  return ok({ ...run, images })
}

/** Saves a run in the folder of each app it measured. */
export async function saveInFolders(
  session: Session,
  run: BenchRun,
  records: readonly BuildRecord[],
  label: string | undefined,
): Promise<number> {
  for (const folder of new Set(records.map((record) => record.folder))) {
    const here = records.filter((record) => record.folder === folder)
    const images = run.images.filter((image) =>
      here.some(({ name, arch }) => name === image.name && arch === image.arch),
    )
    const named = label ?? (await commitLabel(session.host, folder)) ?? unlabelled
    const saved = take(session, saveRun(session.host, folder, { label: named, ...run, images }))
    if ('status' in saved) return saved.status
    session.note(`azbuild: ${named} is the newest run in ${saved.value}`)
  }
  return 0
}

/** Prints what moved since earlier runs, and writes it for CI when asked to. */
export async function compareWith(
  session: Session,
  before: BenchFile,
  run: BenchRun,
  { tolerance, junit, markdown }: RunOptions,
): Promise<number> {
  const comparisons = compareRuns(before, run, tolerance)
  if (junit !== undefined) {
    const suites = comparisons.map((one) => ({ ...one, name: `${one.name} (${one.arch})` }))
    session.host.write(junit, await renderJunit('azbuild bench --compare', suites))
  }
  const text = markdown ? renderComparisonsMarkdown(comparisons) : renderComparisons(comparisons)
  const images = comparisons.map(({ problems: _, ...one }) => one)
  session.result(text, { version: 1, comparisons: images })
  if (tolerance === undefined) return 0
  const problems = comparisons.flatMap((one) => one.problems)
  session.warnings(problems)
  return exitCodeOf(problems)
}
