import type { CAnalysis } from '../analyze/index.ts'
import {
  buildImage,
  inspectImage,
  measureSizes,
  type BuildRecord,
  type BuildRequest,
  type Inspection,
} from '../build/index.ts'
import { fail, invariant, ok, type Diagnostic, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { checkBudget, type SizeReport } from '../link/index.ts'
import { badHistory } from './diagnostics.ts'
import type { ReportDocument } from './document.ts'
import { figuresOf, type Known } from './figures.ts'
import { followBoot, type FollowedBoot } from './follow-boot.ts'
import { historyOf, parseHistory, savedFigures, type SavedRun } from './history.ts'
import { renderPage, type PageParts } from './render-page.ts'
import { sizeTree, type SourceOf } from './size-tree.ts'
import { syscallRows } from './syscall-rows.ts'
import { whyGraph, type WhyComponent } from './why-graph.ts'

/** What to report on, and where to. */
export interface ReportRequest extends BuildRequest {
  /** The page; `report.html` beside the image by default. */
  readonly out?: string
  /** Boot the image and trace it. */
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
  const built = await buildImage(host, request)
  if (!built.ok) return built
  const { record } = built.value
  const inspected = await inspectImage(host, request)
  if (!inspected.ok) return inspected
  const { analysis, problems } = inspected.value
  if (!analysis) return fail(...problems)
  const sizes = measureSizes(host, record)
  if (!sizes.ok) return sizes
  const saved = readHistory(host, record, inspected.value)
  const boot = await followBoot(host, record, request)
  const document = reportDocument({
    record,
    inspection: inspected.value,
    analysis,
    sizes: sizes.value,
    sourceOf: readSources(host, record, inspected.value.context.relative(record.folder)),
    runs: saved.runs,
    boot,
  })
  const page = await renderPage(pageParts(host), document)
  const file = request.out ?? `${record.out}/report.html`
  host.write(file, page)
  const bytes = new TextEncoder().encode(page).length
  return ok({ name: record.name, arch: record.arch, file, bytes }, [
    ...built.warnings,
    ...saved.problems,
    ...boot.warnings,
  ])
}

interface ReportInput {
  readonly record: BuildRecord
  readonly inspection: Inspection
  readonly analysis: CAnalysis
  readonly sizes: SizeReport
  readonly sourceOf: SourceOf
  readonly runs: readonly SavedRun[]
  readonly boot: FollowedBoot
}

function reportDocument(input: ReportInput): ReportDocument {
  const { record, inspection, analysis, sizes, runs, boot } = input
  const { context } = inspection
  const { appStepsTo, demand } = analysis
  const { name, arch, declared } = record
  const components = whyComponents(input)
  const newest = savedFigures(runs, record)
  const perCall = newest?.image['syscallInstructions']
  const checks = checkBudget(record.budget ?? {}, {
    imageBytes: record.bytes,
    bootInstructions: boot.counts['bootInstructions'],
    syscalls: record.syscalls.map((one) => one.name),
  }).checks
  const known: Record<string, Known | undefined> = {
    ...knownFrom(newest),
    bytes: { value: record.bytes },
    syscalls: { value: record.syscalls.length },
    components: { value: record.components.length },
    ...Object.fromEntries(Object.entries(boot.counts).map(([figure, value]) => [figure, { value }])),
  }
  return {
    name,
    arch,
    version: context.version,
    command: `azbuild report ${context.relative(context.app.folder)} --arch ${arch}`,
    figures: figuresOf(known, checks),
    sizes: sizeTree(name, sizes, input.sourceOf),
    why: whyGraph({
      demand,
      components,
      declared,
      dynamicSyscalls: (context.app.config.dynamicSyscalls ?? []).filter(
        (call) => !demand.syscalls.some((one) => one.name === call),
      ),
      appStepsTo,
    }),
    boot: boot.section,
    requests: [],
    syscalls: syscallRows({
      syscalls: record.syscalls,
      implementers: new Map(
        components.flatMap((one) => Object.keys(one.syscalls ?? {}).map((call) => [call, one.name] as const)),
      ),
      declared,
      appStepsTo,
      instructions: isCounts(perCall) ? perCall : {},
    }),
    history: historyOf(name, runs),
  }
}

/** The components of the image with what they say of themselves. */
function whyComponents({ record, inspection, sizes }: ReportInput): readonly WhyComponent[] {
  const bytes = new Map(
    sizes.parts
      .filter(({ owner }) => owner.kind === 'component')
      .map((part) => [part.owner.name, part.bytes]),
  )
  return record.components.map(({ name, because }) => {
    const component = inspection.context.registry.components.find(({ manifest }) => manifest.name === name)
    invariant(component, `${name} is in the image and in the tree`)
    const { title, provides, needs, needsFor, syscalls } = component.manifest
    return {
      name,
      title,
      ...(provides ? { provides } : {}),
      ...(needs ? { needs } : {}),
      ...(needsFor ? { needsFor } : {}),
      ...(syscalls ? { syscalls } : {}),
      because,
      bytes: bytes.get(name) ?? 0,
    }
  })
}

/** The figures that the newest saved run has of just this build. */
function knownFrom(newest: ReturnType<typeof savedFigures>): Record<string, Known> {
  if (!newest) return {}
  const from = newest.label === '' ? 'bench.json' : `bench.json, ${newest.label}`
  return Object.fromEntries(
    Object.entries(newest.image).flatMap(([name, value]) =>
      typeof value === 'number' ? [[name, { value, from }]] : [],
    ),
  )
}

function readHistory(
  host: Host,
  record: BuildRecord,
  { context }: Inspection,
): { readonly runs: readonly SavedRun[]; readonly problems: readonly Diagnostic[] } {
  const file = `${record.folder}/bench.json`
  const text = host.readText(file)
  const runs = text === undefined ? [] : parseHistory(text)
  return runs ? { runs, problems: [] } : { runs: [], problems: [badHistory(context.relative(file))] }
}

/** Object files to the sources they were compiled from, as the build wrote down; those of the app below its folder. */
function readSources(host: Host, record: BuildRecord, appFolder: string): SourceOf {
  const text = host.readText(`${record.out}/compile_commands.json`) ?? '[]'
  const commands = JSON.parse(text) as readonly { readonly file: string; readonly output: string }[]
  const sources = new Map(
    commands.map(({ file, output }) => [
      output,
      file.startsWith(`${appFolder}/`) ? file.slice(appFolder.length + 1) : file,
    ]),
  )
  return (object) => sources.get(object)
}

function pageParts(host: Host): PageParts {
  const part = (name: string): string => {
    const text = host.readText(`${host.packageFolder}/dist/web/report/${name}`)
    invariant(text !== undefined, `dist/web/report/${name} is part of the package`)
    return text
  }
  return { html: part('index.html'), style: part('style.css'), script: part('main.js') }
}

function isCounts(value: unknown): value is Readonly<Record<string, number>> {
  return (
    typeof value === 'object' &&
    value !== null &&
    Object.values(value).every((one) => typeof one === 'number')
  )
}
