import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import type { SizeBaseline } from '../link/index.ts'
import {
  benchFileVersion,
  parseBenchFile,
  renderBenchFile,
  type BenchFile,
  type BenchRun,
  type MeasuredImage,
} from './bench-file.ts'
import { noBenchFile } from './diagnostics.ts'

export const benchFileName = 'bench.json'

/** What a run is called when there is no commit and no `--label`. */
export const unlabelled = 'unlabelled'

/** How many runs a file keeps. */
const runsMost = 200

/** The saved runs of the app in a folder; `undefined` when none were saved. */
export function loadSavedRuns(host: Host, folder: string): Result<BenchFile | undefined> {
  const file = `${folder}/${benchFileName}`
  const text = host.readText(file)
  return text === undefined ? ok(undefined) : parseBenchFile(text, file)
}

/** Any file of runs, for `--compare`. */
export function loadBenchFile(host: Host, file: string): Result<BenchFile> {
  const text = host.info(file)?.kind === 'folder' ? undefined : host.readText(file)
  return text === undefined ? fail(noBenchFile(file)) : parseBenchFile(text, file)
}

/** Adds a run to the file in an app's folder; returns its path. */
export function saveRun(host: Host, folder: string, run: BenchRun): Result<string> {
  const saved = loadSavedRuns(host, folder)
  if (!saved.ok) return saved
  const file = `${folder}/${benchFileName}`
  host.write(file, renderBenchFile(addRun(saved.value ?? { version: benchFileVersion, runs: [] }, run)))
  return ok(file)
}

/**
 * A file with a run added as the newest. Under the newest run's own label it takes the place of equal images there and joins the
 * others, so that both flavours of a commit, or a commit measured again, are one run. Symbols stay only where an image is newest.
 */
export function addRun({ runs }: BenchFile, run: BenchRun): BenchFile {
  const [newest, ...older] = runs
  const joins = newest?.label === run.label && run.label !== unlabelled
  const kept = joins ? newest!.images.filter((old) => !run.images.some((one) => isSame(one, old))) : []
  const images = [...kept, ...run.images].toSorted((a, b) => compareText(idOf(a), idOf(b)))
  const joined: BenchRun = { ...(joins ? newest : {}), ...run, images }
  const seen = new Set<string>()
  const all = [joined, ...(joins || !newest ? [] : [newest]), ...older].slice(0, runsMost)
  return {
    version: benchFileVersion,
    runs: all.map((one) => ({
      ...one,
      images: one.images.map((each) => {
        if (seen.has(idOf(each))) return withoutSymbols(each)
        seen.add(idOf(each))
        return each
      }),
    })),
  }
}

/** The newest saved figures of an image, and the label of their run. */
export function newestOf(
  file: BenchFile | undefined,
  image: Pick<MeasuredImage, 'name' | 'arch'>,
): { readonly label: string | undefined; readonly image: MeasuredImage } | undefined {
  for (const { label, images } of file?.runs ?? []) {
    const found = images.find((one) => isSame(one, image))
    if (found) return { label, image: found }
  }
  return undefined
}

/** What growth of an image is measured from; `undefined` when nothing was saved for its flavour. */
export function savedSizes(
  file: BenchFile | undefined,
  image: Pick<MeasuredImage, 'name' | 'arch'>,
): SizeBaseline | undefined {
  const newest = newestOf(file, image)
  return newest?.image.symbols
    ? { from: `${benchFileName} (${newest.label ?? unlabelled})`, sizes: newest.image.symbols }
    : undefined
}

/** The commit an app is at, for a label: `6c89c59`, with `+` when there are changes beyond it; `undefined` where git knows none. */
export async function commitLabel(host: Host, folder: string): Promise<string | undefined> {
  const git = host.findProgram('git')
  if (git === undefined) return undefined
  const ask = (...args: string[]) => host.run(git, ['-C', folder, ...args])
  const head = await ask('rev-parse', '--short=10', 'HEAD')
  if (head.status !== 0) return undefined
  const changes = await ask('status', '--porcelain', '--', ':/', `:(exclude,top,glob)**/${benchFileName}`)
  return `${head.stdout.trim()}${changes.stdout.trim() === '' ? '' : '+'}`
}

function withoutSymbols({ symbols: _, ...image }: MeasuredImage): MeasuredImage {
  return image as MeasuredImage
}

function isSame(a: Pick<MeasuredImage, 'name' | 'arch'>, b: Pick<MeasuredImage, 'name' | 'arch'>): boolean {
  return a.name === b.name && a.arch === b.arch
}

function idOf({ name, arch }: MeasuredImage): string {
  return `${name}\0${arch}`
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
