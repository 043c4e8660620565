import { Option, type Command } from 'commander'
import type { RegisterCommand } from './index.ts'
import { buildImage, type BuildRecord } from '../../build/index.ts'
import { fail, ok, type Diagnostic, type Result } from '../../diag/index.ts'
import {
  openTerminal,
  parseAllowedPeer,
  parseMemorySize,
  parsePortForward,
  parseWire,
  runImage,
  type NetworkName,
  type RunOutcome,
  type RunRequest,
} from '../../run/index.ts'
import { exitCodes } from '../exit-codes.ts'
import { openSession, take, type Session } from '../session.ts'
import { appArgument, seconds, withBuildOptions, type BuildOptions } from './options.ts'
import {
  badSetting,
  guestFault,
  guestPanic,
  v86HasNoLongMode,
  v86HasNoUserNetwork,
  wireIsOurs,
} from '../diagnostics.ts'
import { symbolizePanic } from '../symbolize-file.ts'
import { buildRequest } from './image.ts'

interface RunOptions extends MachineOptions {
  readonly runner: 'v86' | 'qemu'
}

/** Options of every command that boots an image for the user. */
export interface MachineOptions extends BuildOptions {
  readonly memory?: string
  readonly port: readonly string[]
  readonly env: readonly string[]
  readonly timeout?: number
  readonly machine?: string
  readonly cpu?: string
  readonly network?: NetworkName
  readonly allowConnect: readonly string[]
  readonly wire?: string
}

const many = (value: string, list: readonly string[]): readonly string[] => [...list, value]

export const registerRun: RegisterCommand = (program, done) => {
  withMachineOptions(
    withBuildOptions(
      program
        .command('run')
        .argument('[app]', appArgument)
        .argument('[args...]', "the app's arguments, after --")
        .description(
          'build an image and boot it: i386 in the embedded emulator v86, or what --runner and --arch say',
        ),
    ).addOption(new Option('--runner <runner>', 'what boots it').choices(['v86', 'qemu']).default('v86')),
    'QEMU only: ',
  ).action(async (app: string | undefined, args: string[], options: RunOptions) =>
    done(await run(app, args, options)),
  )
}

/** `qemu` stands before what v86 does not have. */
export function withMachineOptions(command: Command, qemu: string): Command {
  return command
    .option('--memory <size>', 'memory of the machine: 1280K, 64M, 2G')
    .option(
      '--port <host:guest>',
      'forward a port; by default each port the app listens on appears under its own number',
      many,
      [],
    )
    .option('--env <name=value>', 'set a variable in the environment of the app', many, [])
    .option('--timeout <seconds>', 'end the run after so long, with status 124', seconds)
    .addOption(
      new Option('--machine <machine>', `${qemu}its machine (q35)`).choices(['q35', 'pc', 'microvm']),
    )
    .option('--cpu <model>', `${qemu}its CPU model (max)`)
    .addOption(
      new Option(
        '--network <stack>',
        `whose user-mode network the guest is on; ${qemu}qemu is QEMU's own (slirp)`,
      )
        .choices(['azbuild', 'qemu'])
        .default('azbuild'),
    )
    .option('--allow-connect <host:port>', 'let the app open TCP connections to this place', many, [])
    .option(
      '--wire <faults>',
      'a bad network to test the app on: loss=2%,reorder=5%,duplicate=1%,seed=7, each way',
    )
}

async function run(app: string | undefined, args: readonly string[], options: RunOptions): Promise<number> {
  const session = openSession(options)
  const arch = options.arch ?? (options.runner === 'v86' ? 'i386' : 'x86_64')
  if (options.runner === 'v86' && arch === 'x86_64') return session.problems([v86HasNoLongMode()])
  if (options.runner === 'v86' && options.network === 'qemu') return session.problems([v86HasNoUserNetwork()])
  const built = take(
    session,
    await buildImage(session.host, buildRequest(app, { ...options, arch }, session.onBuildEvent)),
  )
  if ('status' in built) return built.status
  const { record } = built.value

  if (options.runner === 'v86' && options.arch === undefined) {
    session.note(`azbuild: ${record.name} (i386, ${record.bytes} bytes) on v86; --runner qemu boots x86_64`)
  }
  const booted = await boot(session, record, args, options, (request) => runImage(options.runner, request))
  if (booted.outcome && session.json) session.result('', runDocument(record, options.runner, booted))
  return booted.status
}

/** A run that has ended and been told about. */
export interface Booted {
  readonly status: number
  /** Undefined where problems were printed: they are the document then. */
  readonly outcome: RunOutcome['kind'] | undefined
  /** With --json, what the guest printed. */
  readonly printed: readonly Uint8Array[]
}

/** Boots a built image as the options say, joined to this terminal, and tells how it ended. */
export async function boot(
  session: Session,
  record: BuildRecord,
  args: readonly string[],
  options: MachineOptions,
  start: (request: RunRequest) => Promise<Result<RunOutcome>>,
): Promise<Booted> {
  const printed: Uint8Array[] = []
  const stop = (problems: readonly Diagnostic[]): Booted => ({
    status: session.problems(problems),
    outcome: undefined,
    printed,
  })
  const memory = parseMemorySize(options.memory ?? record.run.memory ?? '64M')
  if (!memory.ok) return stop(memory.problems)
  if (options.wire !== undefined && options.network === 'qemu') return stop([wireIsOurs()])
  const wire = options.wire === undefined ? undefined : parseWire(options.wire)
  if (wire && !wire.ok) return stop(wire.problems)
  const ports = all([...options.port, ...record.run.ports].map(parsePortForward))
  if (!ports.ok) return stop(ports.problems)
  const peers = all(options.allowConnect.map(parseAllowedPeer))
  if (!peers.ok) return stop(peers.problems)
  const env: Record<string, string> = {}
  for (const setting of options.env) {
    const [name, ...value] = setting.split('=')
    if (!name || value.length === 0) return stop([badSetting(setting)])
    env[name] = value.join('=')
  }

  const interrupt = new AbortController()
  const onSignal = (): void => interrupt.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const input = openTerminal(process.stdin, onSignal)
  try {
    const outcome = await start({
      image: record.image,
      arch: record.arch,
      memoryBytes: memory.value,
      net: record.net,
      rng: record.rng,
      ports: ports.value,
      allowConnect: peers.value,
      ...(wire ? { wire: wire.value } : {}),
      env,
      args,
      ...(options.timeout ? { timeoutSeconds: options.timeout } : {}),
      ...(options.machine ? { machine: options.machine } : {}),
      ...(options.network ? { network: options.network } : {}),
      ...(options.cpu ? { cpu: options.cpu } : {}),
      input: input.bytes,
      terminal: input.terminal,
      onConsole: session.json ? (bytes) => void printed.push(bytes) : writeAll,
      onEvent: (event) => {
        if (event.kind === 'command')
          session.onBuildEvent({ kind: 'command', line: [event.program, ...event.args].join(' ') })
        else if (event.kind === 'notice') session.note(`azbuild: ${event.text}`)
        else if (event.kind === 'listening') session.note(listeningLine(event))
      },
      signal: interrupt.signal,
    })
    if (!outcome.ok) return stop(outcome.problems)
    const status = finish(session, outcome.value, record, options.timeout)
    const { kind } = outcome.value
    return { status, outcome: kind === 'panic' || kind === 'fault' ? undefined : kind, printed }
  } finally {
    input.close()
    process.off('SIGINT', onSignal)
    process.off('SIGTERM', onSignal)
  }
}

function listeningLine({ protocol, host, port }: { protocol: string; host: string; port: number }): string {
  return protocol === 'tcp' ? `http://${host}:${port}/` : `${protocol}://${host}:${port}`
}

function all<T>(results: readonly Result<T>[]): Result<readonly T[]> {
  const problems = results.flatMap((result) => (result.ok ? [] : result.problems))
  return problems.length > 0
    ? fail(...problems)
    : ok(results.flatMap((result) => (result.ok ? [result.value] : [])))
}

/** Waits when the reader of our output is slow, so that the guest is slowed down in turn. */
function writeAll(bytes: Uint8Array): void | Promise<void> {
  if (process.stdout.write(bytes)) return
  return new Promise((resolve) => process.stdout.once('drain', () => resolve()))
}

/** What scripts rely on: docs/guides/scripting.md. */
export function runDocument({ name, arch }: BuildRecord, runner: string, booted: Booted) {
  const { outcome, status, printed } = booted
  return { name, arch, runner, outcome, status, console: Buffer.concat(printed).toString('utf8') }
}

function finish(
  session: Session,
  outcome: RunOutcome,
  record: BuildRecord,
  timeout: number | undefined,
): number {
  switch (outcome.kind) {
    case 'exit':
      return outcome.status
    case 'timeout':
      session.note(`azbuild: ${record.name} was still running after ${timeout} seconds; the machine is gone`)
      return exitCodes.timeout
    case 'interrupted':
      return exitCodes.interrupted
    case 'fault':
      session.problems([guestFault(record.name, outcome.reason)])
      return exitCodes.guestFault
    case 'panic': {
      const stack = symbolizePanic(session.host, record, outcome.addresses)
      session.problems([guestPanic(record.name, stack, process.argv.slice(2))])
      return exitCodes.guestFault
    }
    case 'main':
      return exitCodes.ok
  }
}
