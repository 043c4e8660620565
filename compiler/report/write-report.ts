import { countFigures, loadSavedRuns, savedSizes } from '../bench/index.ts'
import {
  buildImage,
  inspectImage,
  measureSizes,
  type BuildRecord,
  type BuildRequest,
} from '../build/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { checkBudget, figuresToCount, symbolSizes } from '../link/index.ts'
import { loadPageParts, renderPage } from '../page/index.ts'
import { followBoot, leftOut } from './follow-boot.ts'
import { savedFigures } from './history.ts'
import { reportDocument } from './report-document.ts'
import type { SourceOf } from './size-tree.ts'

/** What to report on, and where to. */
export interface ReportRequest extends BuildRequest {
  /** The page; `report.html` beside the image by default. */
  readonly out?: string
  /** Boot the image: follow its instructions, and count what its budget limits. */
  readonly boot: boolean
}

export interface WrittenReport {
  readonly name: string
  readonly arch: string
  readonly file: string
  readonly bytes: number
}

/** Builds the image and writes the page about it: one HTML file that needs nothing else. */
export async function writeReport(host: Host, request: ReportRequest): Promise<Result<WrittenReport>> {
  const step = (text: string): void => request.onEvent?.({ kind: 'step', text })
  const built = await buildImage(host, request)
  if (!built.ok) return built
  const { record } = built.value
  const inspected = await inspectImage(host, request)
  if (!inspected.ok) return inspected
  const inspection = inspected.value
  if (!inspection.analysis) return fail(...inspection.problems)
  const measured = measureSizes(host, record)
  if (!measured.ok) return measured
  const runs = loadSavedRuns(host, record.folder)
  if (!runs.ok) return runs

  const sizes = measured.value
  const symbols = symbolSizes(sizes)
  const saved = savedFigures(runs.value, { ...record, symbols })
  const boot = request.boot
    ? await followBoot(host, record, step)
    : { section: leftOut, counts: {}, warnings: [] }
  const wanted = figuresToCount(record.budget ?? {})
  const known = { ...numbersOf(saved.numbers), ...boot.counts }
  const { unmeasured: _, ...counted } = request.boot
    ? await countFigures(
        host,
        record,
        wanted.filter((name) => known[name] === undefined),
        step,
      )
    : { unmeasured: {} }
  const { bytes, syscalls, components } = record
  const baseline = savedSizes(runs.value, record)
  const { checks } = checkBudget(
    record.budget ?? {},
    { ...known, ...counted, imageBytes: bytes, sizes: symbols, syscalls, components },
    baseline ? { saved: baseline } : {},
  )
  const document = reportDocument({
    record,
    inspection,
    analysis: inspection.analysis,
    sizes,
    sourceOf: readSources(host, record, inspection.context.relative(record.folder)),
    runs: runs.value,
    saved,
    boot,
    counted,
    checks,
  })
  const page = await renderPage(
    loadPageParts(host, 'report'),
    `${document.name} (${document.arch}) · azbuild report`,
    document,
  )
  const file = request.out ?? `${record.out}/report.html`
  host.write(file, page)
  return ok({ name: record.name, arch: record.arch, file, bytes: new TextEncoder().encode(page).length }, [
    ...built.warnings,
    ...boot.warnings,
  ])
}

function numbersOf(known: Readonly<Record<string, { readonly value: number }>>): Record<string, number> {
  return Object.fromEntries(Object.entries(known).map(([name, { value }]) => [name, value]))
}

/** Object files to the sources they were compiled from, as the build wrote down; those of the app below its folder. */
function readSources(host: Host, record: BuildRecord, appFolder: string): SourceOf {
  const text = host.readText(`${record.out}/compile_commands.json`) ?? '[]'
  const commands = JSON.parse(text) as readonly { readonly file: string; readonly output: string }[]
  const below = (file: string): string =>
    file.startsWith(`${appFolder}/`) ? file.slice(appFolder.length + 1) : file
  const sources = new Map(commands.map(({ file, output }) => [output, below(file)]))
  return (object) => sources.get(object)
}
