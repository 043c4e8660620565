import { Option, type Command } from 'commander'
import { checkRunOptions, compareWith, saveInFolders, withSymbols, type RunOptions } from './bench-runs.ts'
import type { RegisterCommand } from './index.ts'
import { leastMemory, measureBoot, countingRunner } from '../../bench/index.ts'
import { buildImage } from '../../build/index.ts'
import { parseMemorySize } from '../../run/index.ts'
import { openSession, take } from '../session.ts'
import { buildRequest } from './image.ts'
import { appArgument, percent, withBuildOptions, type BuildOptions } from './options.ts'

interface BenchOptions extends BuildOptions, RunOptions {
  readonly memory: string
}

export const registerBench: RegisterCommand = (program, done) => {
  withBuildOptions(
    program
      .command('bench')
      .argument('[app]', appArgument)
      .description(
        "an image's exact figures: bytes, instructions from entry to main(), least memory (x86_64 on QEMU, i386 on v86)",
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
    .option('--markdown', 'with --compare: print Markdown tables')
    .action(async (app: string | undefined, options: BenchOptions, command: Command) => {
      checkRunOptions(options, command)
      done(await bench(app, options))
    })
}

async function bench(app: string | undefined, options: BenchOptions): Promise<number> {
  const session = openSession(options)
  const size = parseMemorySize(options.memory)
  if (!size.ok) return session.problems(size.problems)
  const built = take(
    session,
    await buildImage(session.host, buildRequest(app, options, session.onBuildEvent)),
  )
  if ('status' in built) return built.status
  const { record } = built.value
  session.onBuildEvent({ kind: 'step', text: 'counting instructions' })
  const boot = take(session, await measureBoot(session.host, record, size.value))
  if ('status' in boot) return boot.status
  session.onBuildEvent({ kind: 'step', text: 'looking for the least memory' })
  const memory = take(session, await leastMemory(session.host, record))
  if ('status' in memory) return memory.status
  const figures = {
    name: record.name,
    arch: record.arch,
    runner: countingRunner[record.arch],
    bytes: record.bytes,
    bootInstructions: boot.value,
    leastMemoryBytes: memory.value ?? null,
  }
  const least = memory.value === undefined ? 'more than 64 MiB' : `${memory.value / 1024} KiB`
  const text = [
    `${record.name} (${record.arch}, counted on ${figures.runner})`,
    `  image               ${record.bytes} bytes`,
    `  entry to main()     ${boot.value} instructions`,
    `  least memory        ${least}`,
    '',
  ]
  const run = take(session, withSymbols(session.host, { images: [figures] }, [record]))
  if ('status' in run) return run.status
  if (options.compare !== undefined) {
    const status = await compareWith(session, options.compare, run.value, options)
    if (status !== 0 || !options.save) return status
  } else session.result(text.join('\n'), figures)
  return options.save ? saveInFolders(session, run.value, [record], options.label) : 0
}
