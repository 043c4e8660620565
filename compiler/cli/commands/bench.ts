import type { RegisterCommand } from './index.ts'
import { leastMemory, measureBoot, countingRunner } from '../../bench/index.ts'
import { buildImage } from '../../build/index.ts'
import { parseMemorySize } from '../../run/index.ts'
import { openSession, take } from '../session.ts'
import { buildRequest } from './image.ts'
import { appArgument, withBuildOptions, type BuildOptions } from './options.ts'

interface BenchOptions extends BuildOptions {
  readonly memory: string
}

export const registerBench: RegisterCommand = (program, done) => {
  withBuildOptions(
    program
      .command('bench')
      .argument('[app]', appArgument)
      .description("an image's exact figures: bytes, instructions from entry to main(), least memory (x86_64 on QEMU, i386 on v86)"),
  )
    .option('--memory <size>', 'memory of the machine that instructions are counted on', '64M')
    .action(async (app: string | undefined, options: BenchOptions) => done(await bench(app, options)))
}

async function bench(app: string | undefined, options: BenchOptions): Promise<number> {
  const session = openSession(options)
  const size = parseMemorySize(options.memory)
  if (!size.ok) return session.problems(size.problems)
  const built = take(session, await buildImage(session.host, buildRequest(app, options, session.onBuildEvent)))
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
  session.result(text.join('\n'), figures)
  return 0
}
