import { Option, type Command } from 'commander'
import { checkRunOptions, compareWith, saveInFolders, withSymbols, type RunOptions } from './bench-runs.ts'
import type { RegisterCommand } from './index.ts'
import {
  loadBenchFile,
  measureImage,
  measurePrimitives,
  renderBench,
  renderBenchMarkdown,
  type BenchDocument,
  type BenchFile,
  type ImageFigures,
  type PrimitiveFigures,
} from '../../bench/index.ts'
import { buildImage, type BuildRecord } from '../../build/index.ts'
import { ok, type Result } from '../../diag/index.ts'
import { findQemu, parseMemorySize } from '../../run/index.ts'
import { exitCodes } from '../exit-codes.ts'
import { openSession, take, type Session } from '../session.ts'
import { buildRequest } from './image.ts'
import { appArgument, percent, seconds, wholeNumber, withBuildOptions, type BuildOptions } from './options.ts'

interface BenchOptions extends BuildOptions, RunOptions {
  readonly memory: string
  readonly primitives: boolean
  readonly client?: boolean
  readonly rounds: number
  readonly duration: number
}

export const registerBench: RegisterCommand = (program, done) => {
  withBuildOptions(
    program
      .command('bench')
      .argument('[app...]', appArgument)
      .description(
        "images' exact figures: bytes, instructions to main(), of requests, connections and system calls, least memory (x86_64 on QEMU, i386 on v86)",
      ),
  )
    .option('--memory <size>', 'memory of the machine that instructions are counted on', '64M')
    .option(
      '--save',
      'make this the newest run in bench.json beside the app: the baseline of --check, and its history',
    )
    .addOption(
      new Option('--label <text>', 'what a saved run is called: the commit, when git knows one').implies({
        save: true,
      }),
    )
    .option(
      '--compare <file>',
      'print what moved since a bench.json or a document of --json, by figure and symbol',
    )
    .option('--tolerance <percent>', 'with --compare: status 1 when a figure grew by more', percent)
    .option('--junit <file>', 'with --compare: write it as JUnit XML, a test case for each figure')
    .option('--no-primitives', 'leave out what single system calls, locks and the like cost')
    .option(
      '--client',
      'also ask each image that serves HTTP from outside: count its instructions, then time it; median and spread',
    )
    .addOption(
      new Option('--rounds <n>', 'how often --client repeats')
        .argParser(wholeNumber)
        .default(5)
        .implies({ client: true }),
    )
    .addOption(
      new Option('--duration <seconds>', 'of each of the four stretches of a round of --client')
        .argParser(seconds)
        .default(1)
        .implies({ client: true }),
    )
    .option('--markdown', 'print Markdown tables')
    .action(async (apps: readonly string[], options: BenchOptions, command: Command) => {
      checkRunOptions(options, command)
      done(await bench(apps, options))
    })
}

async function bench(apps: readonly string[], options: BenchOptions): Promise<number> {
  const session = openSession(options)
  const size = parseMemorySize(options.memory)
  if (!size.ok) return session.problems(size.problems)
  // A file that cannot be read is said before anything is measured.
  const before = options.compare === undefined ? undefined : loadBenchFile(session.host, options.compare)
  if (before && !before.ok) return session.problems(before.problems)
  const interrupt = new AbortController()
  const onSignal = (): void => interrupt.abort()
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal)
  const images: ImageFigures[] = []
  const records: BuildRecord[] = []
  const notes: string[] = []
  try {
    for (const app of apps.length > 0 ? apps : [undefined]) {
      const built = take(session, await buildCountable(session, app, options, notes))
      if (interrupt.signal.aborted) return interrupted(session)
      if ('status' in built) return built.status
      const record = built.value
      const found = await measureImage(session.host, record, {
        memoryBytes: size.value,
        onStep: (text) =>
          session.onBuildEvent({ kind: 'step', text: `${record.name} (${record.arch}): ${text}` }),
        signal: interrupt.signal,
        ...(options.client && {
          client: { rounds: options.rounds, durationMs: options.duration * 1000 },
        }),
      })
      if (interrupt.signal.aborted) return interrupted(session)
      const measured = take(session, found)
      if ('status' in measured) return measured.status
      records.push(record)
      images.push(measured.value.figures)
      notes.push(...measured.value.notes)
    }
    let primitives: PrimitiveFigures | null = null
    if (options.primitives) {
      const found = await measurePrimitives(session.host, images[0]!.arch, {
        onEvent: session.onBuildEvent,
        signal: interrupt.signal,
      })
      if (interrupt.signal.aborted) return interrupted(session)
      const counted = take(session, found)
      if ('status' in counted) return counted.status
      primitives = counted.value
    }
    const document = { version: 1, images, primitives, notes } as const
    return await finish(session, document, records, before?.value, options)
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
  }
}

/** What the interrupt broke off is no problem, and nothing of it is printed. */
function interrupted(session: Session): number {
  session.note('azbuild: interrupted')
  return exitCodes.interrupted
}

/** Prints the figures, or what moved since others, and saves them when asked to. */
async function finish(
  session: Session,
  document: BenchDocument,
  records: readonly BuildRecord[],
  before: BenchFile | undefined,
  options: BenchOptions,
): Promise<number> {
  const { version: _, ...figures } = document
  const measured = { ...figures, images: document.images.map((image) => ({ ...image })) }
  const run = take(session, withSymbols(session.host, measured, records))
  if ('status' in run) return run.status
  if (before) {
    const status = await compareWith(session, before, run.value, options)
    if (status !== 0 || !options.save) return status
  } else {
    const text = options.markdown ? renderBenchMarkdown(document) : renderBench(document)
    session.result(text, { ...document, images: run.value.images })
  }
  return options.save ? saveInFolders(session, run.value, records, options.label) : 0
}

/** Builds what can be counted here: without QEMU i386, which v86 counts, unless x86_64 is asked for by name. */
async function buildCountable(
  session: Session,
  app: string | undefined,
  options: BenchOptions,
  notes: string[],
): Promise<Result<BuildRecord>> {
  const build = async (more: Partial<BuildOptions>): Promise<Result<BuildRecord>> => {
    const built = await buildImage(
      session.host,
      buildRequest(app, { ...options, ...more }, session.onBuildEvent),
    )
    return built.ok ? ok(built.value.record, built.warnings) : built
  }
  const built = await build({})
  if (!built.ok || built.value.arch === 'i386') return built
  const qemu = findQemu('x86_64')
  if (qemu.ok) return built
  if (options.arch !== undefined) return qemu
  notes.push(`${built.value.name}: there is no QEMU to count x86_64 on, so i386 was counted on v86.`)
  return build({ arch: 'i386' })
}
