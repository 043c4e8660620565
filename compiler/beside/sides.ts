import { stampsOf } from '../bench/index.ts'
import { buildImage, type BuildEvent, type BuildRecord } from '../build/index.ts'
import { embeddedFiles, loadApp } from '../app/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { runImage, type RunOutcome, type RunRequest } from '../run/index.ts'
import { doesNotListen, guestFailed } from './diagnostics.ts'
import { linuxBoot, prepareLinuxGuest, type LinuxGuest } from './linux/guest.ts'
import { compileForLinux, programOf } from './program.ts'

export type SideName = 'az' | 'linux'

/** The machine of both sides: what `azbuild run --runner qemu` takes by default. */
export const machineOfBoth = { machine: 'q35', cpu: 'max' } as const

/** How long a guest may take before it is taken to hang: generous, because the host may be busy with other things. */
const hangSeconds = 300

/** How one machine differs from the usual: 64 MiB for az, and what Linux needs. */
export interface MachineOptions {
  readonly memoryBytes: number
  /** One instruction is one nanosecond of its clock. */
  readonly counted?: boolean
  readonly machine?: string
  readonly timeoutSeconds?: number
  readonly args?: readonly string[]
}

/** One program as one system boots it. Everything of the machine is the same for both; what boots in it is not. */
export interface Side {
  readonly name: SideName
  /** What a machine loads to run the program, in bytes, by file. */
  readonly files: Readonly<Record<string, number>>
  /** Runs to the end and gives what it printed; a status other than 0 is a problem. */
  readonly run: (options: MachineOptions) => Promise<Result<string>>
  /** Runs until it listens, does the work with the port of the host that leads there, and ends the machine. */
  readonly serve: <T>(
    options: MachineOptions,
    work: (port: number) => Promise<Result<T>>,
  ) => Promise<Result<T>>
}

/** A program built for both. */
export interface BothSides {
  readonly name: string
  readonly az: Side
  readonly linux: Side
  /** The same program on this machine's own Linux. */
  readonly hostProgram: string
  readonly record: BuildRecord
  readonly guest: LinuxGuest
}

export interface SidesRequest {
  /** The folder of an app, or an image of the workspace. */
  readonly app: string | undefined
  /** Words for Linux's command line: `mitigations=off`. */
  readonly linuxWords?: readonly string[]
  readonly onEvent: (event: BuildEvent) => void
  readonly signal?: AbortSignal
}

/** Builds one app for az and for Linux from the same sources. */
export async function openSides(host: Host, request: SidesRequest): Promise<Result<BothSides>> {
  const built = await buildImage(host, { app: request.app, arch: 'x86_64', onEvent: request.onEvent })
  if (!built.ok) return built
  const { record } = built.value
  const linux = await openLinux(host, { ...request, app: record.folder })
  if (!linux.ok) return linux
  return ok({ ...linux.value, name: record.name, az: azSide(host, record, request.signal), record })
}

/** A program built for Linux alone: in the guest, and for this machine. */
export async function openLinux(
  host: Host,
  request: SidesRequest,
): Promise<Result<Pick<BothSides, 'linux' | 'hostProgram' | 'guest'>>> {
  const step = (text: string): void => request.onEvent({ kind: 'step', text })
  const app = await loadApp(host, {
    named: request.app,
    api: `${host.packageFolder}/dist/index.js`,
    cache: {},
  })
  if (!app.ok) return app
  const program = await compileForLinux(host, programOf(app.value), step)
  if (!program.ok) return program
  const guest = await prepareLinuxGuest(host, program.value, embeddedFiles(app.value), step)
  if (!guest.ok) return guest
  return ok({
    linux: linuxSide(app.value.name, guest.value, request.linuxWords ?? [], request.signal),
    hostProgram: program.value,
    guest: guest.value,
  })
}

function azSide(host: Host, record: BuildRecord, signal: AbortSignal | undefined): Side {
  return sideOf('az', record.name, { image: record.bytes }, signal, (options) => {
    const common = { image: record.image, net: record.net, rng: record.rng }
    if (!options.counted) return ok(common)
    const stamps = stampsOf(host, record)
    return stamps.ok ? ok({ ...common, measurement: { ...stamps.value, stopAtMain: false } }) : stamps
  })
}

function linuxSide(
  program: string,
  guest: LinuxGuest,
  words: readonly string[],
  signal: AbortSignal | undefined,
): Side {
  const files = { kernel: guest.kernelBytes, initramfs: guest.initrdBytes }
  return sideOf('linux', program, files, signal, ({ counted }) =>
    ok({
      image: guest.kernel.image,
      net: true,
      linux: linuxBoot(guest, counted ?? false, words),
    }),
  )
}

function sideOf(
  name: SideName,
  program: string,
  files: Side['files'],
  signal: AbortSignal | undefined,
  boot: (options: MachineOptions) => Result<Pick<RunRequest, 'image' | 'net'> & Partial<RunRequest>>,
): Side {
  const start = async (
    options: MachineOptions,
    more: Partial<RunRequest>,
  ): Promise<Result<{ readonly outcome: RunOutcome; readonly printed: string }>> => {
    const machine = boot(options)
    if (!machine.ok) return machine
    const printed: Uint8Array[] = []
    const outcome = await runImage('qemu', {
      arch: 'x86_64',
      memoryBytes: options.memoryBytes,
      machine: options.machine ?? machineOfBoth.machine,
      cpu: machineOfBoth.cpu,
      network: 'qemu', // the same for both, and no code of ours on the way
      timeoutSeconds: options.timeoutSeconds ?? hangSeconds,
      args: options.args ?? [],
      onConsole: (bytes) => void printed.push(bytes),
      onEvent: () => {},
      ...(signal && { signal }),
      ...machine.value,
      ...more,
    })
    return outcome.ok ? ok({ outcome: outcome.value, printed: textOf(printed) }) : outcome
  }
  return {
    name,
    files,
    run: async (options) => {
      const ended = await start(options, {})
      if (!ended.ok) return ended
      const { outcome, printed } = ended.value
      return outcome.kind === 'exit' && outcome.status === 0
        ? ok(printed)
        : fail(guestFailed(name, program, renderOutcome(outcome), printed))
    },
    serve: async (options, work) => {
      const enough = new AbortController()
      const stop = (): void => enough.abort()
      if (signal?.aborted) stop()
      signal?.addEventListener('abort', stop)
      let working: ReturnType<typeof work> | undefined
      try {
        const ended = await start(options, {
          freePorts: true,
          signal: enough.signal,
          onEvent: (event) => {
            if (event.kind !== 'listening' || event.protocol !== 'tcp' || working) return
            working = work(event.port)
            void working.then(stop, stop)
          },
        })
        if (!ended.ok) return ended
        return await (working ?? fail(doesNotListen(name, program, renderOutcome(ended.value.outcome))))
      } finally {
        signal?.removeEventListener('abort', stop)
      }
    },
  }
}

function textOf(pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder()
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join('') + decoder.decode()
}

function renderOutcome(outcome: RunOutcome): string {
  switch (outcome.kind) {
    case 'exit':
      return `status ${outcome.status}`
    case 'fault':
      return outcome.reason
    default:
      return outcome.kind
  }
}
