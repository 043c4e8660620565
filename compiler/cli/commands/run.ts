import { Option } from 'commander'
import type { RegisterCommand } from './index.ts'
import { buildImage, type BuildRecord } from '../../build/index.ts'
import { fail, ok, type Result } from '../../diag/index.ts'
import {
  openTerminal,
  parseAllowedPeer,
  parseMemorySize,
  parsePortForward,
  parseWire,
  runImage,
  type NetworkName,
  type RunOutcome,
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

interface RunOptions extends BuildOptions {
  readonly runner: 'v86' | 'qemu'
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
  withBuildOptions(
    program
      .command('run')
      .argument('[app]', appArgument)
      .argument('[args...]', "the app's arguments, after --")
      .description(
        'build an image and boot it: i386 in the embedded emulator v86, or what --runner and --arch say',
      ),
  )
    .addOption(new Option('--runner <runner>', 'what boots it').choices(['v86', 'qemu']).default('v86'))
    .option('--memory <size>', 'memory of the machine: 1280K, 64M, 2G')
    .option(
      '--port <host:guest>',
      'forward a port; by default each port the app listens on appears under its own number',
      many,
      [],
    )
    .option('--env <name=value>', 'set a variable in the environment of the app', many, [])
    .option('--timeout <seconds>', 'end the run after so long, with status 124', seconds)
    .addOption(new Option('--machine <machine>', 'QEMU only').choices(['q35', 'pc', 'microvm']))
    .option('--cpu <model>', 'QEMU only: its CPU model (max)')
    .addOption(
      new Option(
        '--network <stack>',
        "whose user-mode network the guest is on; qemu: QEMU's own (slirp), QEMU only",
      )
        .choices(['azbuild', 'qemu'])
        .default('azbuild'),
    )
    .option('--allow-connect <host:port>', 'let the app open TCP connections to this place', many, [])
    .option(
      '--wire <faults>',
      'a bad network to test the app on: loss=2%,reorder=5%,duplicate=1%,seed=7, each way',
    )
    .action(async (app: string | undefined, args: string[], options: RunOptions) =>
      done(await run(app, args, options)),
    )
}

async function run(app: string | undefined, args: readonly string[], options: RunOptions): Promise<number> {
  const session = openSession(options)
  const arch = options.arch ?? (options.runner === 'v86' ? 'i386' : 'x86_64')
  if (options.runner === 'v86' && arch === 'x86_64') return session.problems([v86HasNoLongMode()])
  if (options.runner === 'v86' && options.network === 'qemu') return session.problems([v86HasNoUserNetwork()])
  if (options.wire !== undefined && options.network === 'qemu') return session.problems([wireIsOurs()])
  const wire = options.wire === undefined ? undefined : parseWire(options.wire)
  if (wire && !wire.ok) return session.problems(wire.problems)
  const built = take(
    session,
    await buildImage(session.host, buildRequest(app, { ...options, arch }, session.onBuildEvent)),
  )
  if ('status' in built) return built.status
  const { record } = built.value

  const memory = parseMemorySize(options.memory ?? record.run.memory ?? '64M')
  if (!memory.ok) return session.problems(memory.problems)
  const ports = all([...options.port, ...record.run.ports].map(parsePortForward))
  if (!ports.ok) return session.problems(ports.problems)
  const peers = all(options.allowConnect.map(parseAllowedPeer))
  if (!peers.ok) return session.problems(peers.problems)
  const env: Record<string, string> = {}
  for (const setting of options.env) {
    const [name, ...value] = setting.split('=')
    if (!name || value.length === 0) return session.problems([badSetting(setting)])
    env[name] = value.join('=')
  }

  if (options.runner === 'v86' && options.arch === undefined) {
    session.note(`azbuild: ${record.name} (i386, ${record.bytes} bytes) on v86; --runner qemu boots x86_64`)
  }
  const interrupt = new AbortController()
  const onSignal = (): void => interrupt.abort()
  process.once('SIGINT', onSignal)
  process.once('SIGTERM', onSignal)
  const input = openTerminal(process.stdin, onSignal)
  const printed: Uint8Array[] = []
  try {
    const outcome = await runImage(options.runner, {
      image: record.image,
      arch,
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
    if (!outcome.ok) return session.problems(outcome.problems)
    const status = finish(session, outcome.value, record, options.timeout)
    if (session.json && outcome.value.kind !== 'panic' && outcome.value.kind !== 'fault') {
      session.result('', runDocument(record, options.runner, outcome.value, status, printed))
    }
    return status
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
function runDocument(
  { name, arch }: BuildRecord,
  runner: string,
  { kind }: RunOutcome,
  status: number,
  printed: readonly Uint8Array[],
) {
  return { name, arch, runner, outcome: kind, status, console: Buffer.concat(printed).toString('utf8') }
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
