import { InvalidArgumentError, Option } from 'commander'
import type { RegisterCommand } from './index.ts'
import {
  attackBeside,
  compareBeside,
  groups,
  renderComparison,
  renderVegetaReport,
  successes,
  type AttackResult,
  type BesideRequest,
  type Group,
} from '../../beside/index.ts'
import { parseMemorySize } from '../../run/index.ts'
import { exitCodes } from '../exit-codes.ts'
import { openSession, take, type CommonOptions, type Session } from '../session.ts'
import { appArgument, seconds, wholeNumber, withCommonOptions } from './options.ts'

interface BesideOptions extends CommonOptions {
  readonly only?: readonly Group[]
  readonly rounds: number
  readonly duration: number
  readonly connections?: readonly number[]
  readonly rate?: number
  readonly memory: string
  readonly linuxAppend?: string
}

export const registerBeside: RegisterCommand = (program, done) => {
  withCommonOptions(
    program
      .command('beside')
      .argument('[app]', appArgument)
      .description(
        'compare az with a Linux guest: the same programs on the same QEMU, one after the other, as ratios',
      ),
  )
    .addOption(new Option('--only <groups...>', 'only these groups of figures').choices(groups))
    .option('--rounds <n>', 'how often what takes time is repeated, az and Linux in turns', wholeNumber, 3)
    .option('--duration <seconds>', 'how long each attack lasts; 20s is 20', duration, 2)
    .option('--connections <n,...>', 'how many connections (default 1,8,64; 64 with --rate)', wholeNumbers)
    .option(
      '--rate <n>',
      'attack each side once at so many requests per second and report as vegeta does',
      wholeNumber,
    )
    .option('--memory <size>', 'memory of both machines', '256M')
    .option('--linux-append <words>', "words for the Linux kernel, e.g. 'mitigations=off'")
    .addHelpText(
      'after',
      `
Unicycle's load test: azbuild beside hello-http --rate 20000 --duration 20s
Needs qemu-system-x86_64 and Debian's linux-image-cloud-amd64, which apt fetches into the cache when it is not installed.`,
    )
    .action(async (app: string | undefined, options: BesideOptions) => done(await beside(app, options)))
}

function duration(text: string): number {
  return seconds(text.replace(/s$/, ''))
}

function wholeNumbers(text: string): readonly number[] {
  const numbers = text.split(',').map(wholeNumber)
  if (numbers.length === 0) throw new InvalidArgumentError('Expected whole numbers above 0.')
  return numbers
}

async function beside(app: string | undefined, options: BesideOptions): Promise<number> {
  const session = openSession(options)
  const memory = parseMemorySize(options.memory)
  if (!memory.ok) return session.problems(memory.problems)
  const interrupt = new AbortController()
  const onSignal = (): void => interrupt.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  try {
    return await compare(session, options, {
      app,
      groups: options.only ?? groups,
      memoryBytes: memory.value,
      rounds: options.rounds,
      connections: options.connections ?? [1, 8, 64],
      durationMs: Math.round(options.duration * 1000),
      linuxWords: options.linuxAppend?.split(' ').filter((word) => word !== '') ?? [],
      onEvent: session.onBuildEvent,
      signal: interrupt.signal,
    })
  } finally {
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

async function compare(session: Session, options: BesideOptions, request: BesideRequest): Promise<number> {
  if (options.rate === undefined) {
    const found = await compareBeside(session.host, request)
    if (request.signal?.aborted) return exitCodes.interrupted
    const comparison = take(session, found)
    if ('status' in comparison) return comparison.status
    session.result(renderComparison(comparison.value), comparison.value)
    return exitCodes.ok
  }
  const attack = {
    rate: options.rate,
    connections: options.connections?.[0] ?? 64,
    durationMs: request.durationMs,
  }
  const found = await attackBeside(session.host, { ...request, attack })
  if (request.signal?.aborted) return exitCodes.interrupted // what it broke off is no problem
  const attacked = take(session, found)
  if ('status' in attacked) return attacked.status
  const { app, results } = attacked.value
  const text = (['az', 'linux'] as const).map(
    (side) =>
      `${app} on ${side === 'az' ? 'az' : 'Linux'}, under emulation:\n${renderVegetaReport(results[side])}`,
  )
  const document = { app, attack, az: attackDocument(results.az), linux: attackDocument(results.linux) }
  session.result(text.join('\n'), document)
  return exitCodes.ok
}

function attackDocument(result: AttackResult) {
  return { ...result, success: successes(result) / result.requests }
}
