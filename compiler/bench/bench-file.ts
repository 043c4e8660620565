import * as v from 'valibot'
import { arches, type Arch } from '../component/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import { badBenchFile, newerBenchFile } from './diagnostics.ts'

/** An image's figures in a document: those that follow are for sure, any other field is a figure as well (`ImageFigures`). */
export interface MeasuredImage {
  readonly name: string
  readonly arch: Arch
  /** What counted instructions: counts of different runners do not compare. */
  readonly runner: string
  readonly bytes: number
  /** Bytes by owner and symbol. */
  readonly symbols?: Readonly<Record<string, Readonly<Record<string, number>>>>
}

/** Figures of the machine below all images: system calls, locks, memory. */
export interface MeasuredPrimitives {
  readonly arch: Arch
  readonly runner: string
}

/** One run of `azbuild bench`: what `--json` prints, less the version. */
export interface BenchRun {
  /** What it measured, for people: a commit. Absent in what `--json` prints. */
  readonly label?: string
  readonly images: readonly MeasuredImage[]
  readonly primitives?: MeasuredPrimitives | null
  readonly notes?: readonly string[]
}

/** `bench.json` in an app's folder: the newest run first is the baseline, those below are history. */
export interface BenchFile {
  readonly version: 1
  readonly runs: readonly BenchRun[]
}

export const benchFileVersion = 1

const arch = v.picklist(arches)
const sizes = v.record(v.string(), v.record(v.string(), v.number()))
const image = v.looseObject({
  name: v.string(),
  arch,
  runner: v.string(),
  bytes: v.number(),
  symbols: v.optional(sizes),
})
const run = v.looseObject({
  label: v.optional(v.string()),
  images: v.array(image),
  primitives: v.optional(v.nullable(v.looseObject({ arch, runner: v.string() }))),
  notes: v.optional(v.array(v.string())),
})
const runs = v.looseObject({ runs: v.array(run) })

/** Reads a `bench.json`, or the document of `azbuild bench --json`, which counts as a file with one run. */
export function parseBenchFile(text: string, file: string): Result<BenchFile> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    return fail(badBenchFile(file, (error as Error).message.split('\n')[0]!))
  }
  const version = v.safeParse(v.looseObject({ version: v.number() }), value)
  if (!version.success) return fail(badBenchFile(file, 'it has no version'))
  if (version.output.version > benchFileVersion) return fail(newerBenchFile(file, version.output.version))
  if (version.output.version !== benchFileVersion)
    return fail(badBenchFile(file, `there is no version ${version.output.version}`))
  const isFile = 'runs' in version.output
  const parsed = isFile ? v.safeParse(runs, value) : v.safeParse(run, value)
  if (!parsed.success) {
    const [issue] = parsed.issues
    const path = (issue.path ?? []).map((step) => String(step.key)).join('.')
    return fail(badBenchFile(file, path === '' ? issue.message : `${path}: ${issue.message}`))
  }
  const { version: _, ...single } = parsed.output
  const all = isFile ? (parsed.output as { runs: BenchRun[] }).runs : [single as unknown as BenchRun]
  return ok({ version: benchFileVersion, runs: all })
}

/**
 * The text of a `bench.json`: the newest run with a field a line, so that a change to a symbol is a line of a diff; older
 * ones with an image a line.
 */
export function renderBenchFile({ version, runs: [newest, ...older] }: BenchFile): string {
  const rows = [
    ...(newest ? [indent(JSON.stringify(newest, null, 1))] : []),
    ...older.map((one) => {
      const { images, ...rest } = one
      const fields = Object.entries(rest).map(([name, value]) => `"${name}": ${JSON.stringify(value)}`)
      const lines = images.map((each) => `    ${JSON.stringify(each)}`)
      return `  { ${[...fields, `"images": [\n${lines.join(',\n')}\n  ] }`].join(', ')}`
    }),
  ]
  return `{\n "version": ${version},\n "runs": [\n${rows.join(',\n')}\n ]\n}\n`
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
