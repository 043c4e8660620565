import type { CAnalysis } from '../analyze/index.ts'
import type { BenchFile } from '../bench/index.ts'
import type { BuildRecord, Inspection } from '../build/index.ts'
import { invariant } from '../diag/index.ts'
import type { BudgetCheck, SizeReport } from '../link/index.ts'
import type { ReportDocument } from './document.ts'
import { figuresOf, type Known } from './figures.ts'
import type { FollowedBoot } from './follow-boot.ts'
import { historyOf, type SavedFigures } from './history.ts'
import { sizeTree, type SourceOf } from './size-tree.ts'
import { syscallRows } from './syscall-rows.ts'
import { whyGraph, type WhyComponent } from './why-graph.ts'

/** All that a report is made from. */
export interface ReportInput {
  readonly record: BuildRecord
  readonly inspection: Inspection
  readonly analysis: CAnalysis
  readonly sizes: SizeReport
  readonly sourceOf: SourceOf
  readonly runs: BenchFile | undefined
  readonly saved: SavedFigures
  readonly boot: FollowedBoot
  /** Figures that were counted for the budget. */
  readonly counted: Readonly<Record<string, number>>
  readonly checks: readonly BudgetCheck[]
}

/** What the page shows. Pure. */
export function reportDocument(input: ReportInput): ReportDocument {
  const { record, inspection, analysis, boot, saved } = input
  const { context } = inspection
  const { appStepsTo, demand } = analysis
  const { name, arch, declared } = record
  const components = whyComponents(input)
  const { dynamicSyscalls = [] } = context.app.config
  const implementers = components.flatMap((one) =>
    Object.keys(one.syscalls ?? {}).map((call) => [call, one.name] as const),
  )
  return {
    name,
    arch,
    version: context.version,
    command: `azbuild report ${context.relative(context.app.folder)} --arch ${arch}`,
    figures: figuresOf(knownFigures(input), input.checks),
    sizes: sizeTree(name, input.sizes, input.sourceOf),
    why: whyGraph({
      demand,
      components,
      declared,
      dynamicSyscalls: dynamicSyscalls.filter((call) => !demand.syscalls.some((one) => one.name === call)),
      appStepsTo,
    }),
    boot: boot.section,
    ...(boot.requests ? { requests: boot.requests } : {}),
    syscalls: syscallRows({
      syscalls: record.syscalls,
      implementers: new Map(implementers),
      declared,
      appStepsTo,
      instructions: boot.syscallInstructions ?? saved.syscallInstructions,
    }),
    history: historyOf(name, input.runs?.runs ?? []),
  }
}

/** What was counted of this build comes before what was saved. */
function knownFigures({ record, boot, counted, saved }: ReportInput): Readonly<Record<string, Known>> {
  const now = {
    ...boot.counts,
    ...counted,
    bytes: record.bytes,
    syscalls: record.syscalls.length,
    components: record.components.length,
  }
  return {
    ...saved.numbers,
    ...Object.fromEntries(Object.entries(now).map(([figure, value]) => [figure, { value }])),
  }
}

/** The components of the image with what they say of themselves. */
function whyComponents({ record, inspection, sizes }: ReportInput): readonly WhyComponent[] {
  const own = sizes.parts.filter(({ owner }) => owner.kind === 'component')
  const bytes = new Map(own.map((part) => [part.owner.name, part.bytes]))
  const known = new Map(
    inspection.context.registry.components.map(({ manifest }) => [manifest.name, manifest]),
  )
  return record.components.map(({ name, because }) => {
    const manifest = known.get(name)
    invariant(manifest, `${name} is in the image and in the tree`)
    return { ...manifest, because, bytes: bytes.get(name) ?? 0 }
  })
}
