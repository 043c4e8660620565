import type { BuildEvent } from '../build/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { openAttacker, type Attack } from './attack.ts'
import { compareBoot } from './compare-boot.ts'
import { compareCpu } from './compare-cpu.ts'
import { attackOnce, compareHttp } from './compare-http.ts'
import { compareMemory } from './compare-memory.ts'
import { countOnLinux, countProgram } from './count-programs.ts'
import { notOnThisHost } from './diagnostics.ts'
import { kernelPackage } from './linux/kernel.ts'
import { countedRow, type Group, type Row } from './row.ts'
import { machineOfBoth, openLinux, openSides, type BothSides, type SideName } from './sides.ts'
import type { AttackResult } from './vegeta.ts'

export interface BesideRequest {
  /** The app that is booted and served; the default image when absent. */
  readonly app: string | undefined
  readonly groups: readonly Group[]
  readonly memoryBytes: number
  readonly rounds: number
  readonly connections: readonly number[]
  readonly durationMs: number
  /** Added to Linux's command line. */
  readonly linuxWords: readonly string[]
  readonly onEvent: (event: BuildEvent) => void
  readonly signal?: AbortSignal
}

/** What one run found. */
export interface Comparison {
  readonly version: 1
  readonly app: string
  readonly linux: {
    readonly kernel: string
    readonly package: string
    readonly commandLine: readonly string[]
  }
  readonly machine: {
    readonly runner: 'qemu'
    readonly machine: string
    readonly cpu: string
    readonly memoryBytes: number
  }
  readonly rounds: number
  readonly rows: readonly Row[]
}

/** The programs of bench/ whose figures are counted on both. */
const countedPrograms = ['getpid', 'getpid-trap', 'calls', 'file-read', 'threads'] as const
const oneProcess = 'az has one process; contextSwitch is between threads of one'

/** Compares az with a Linux guest: the same programs, the same machine, one after the other. */
export async function compareBeside(host: Host, request: BesideRequest): Promise<Result<Comparison>> {
  const wrong = checkHost(host)
  if (wrong !== undefined) return wrong
  const step = (text: string): void => request.onEvent({ kind: 'step', text })
  const wants = (group: Group): boolean => request.groups.includes(group)
  const ours = (name: string): Promise<Result<BothSides>> =>
    openSides(host, { ...request, app: `${host.packageFolder}/bench/${name}` })
  const { memoryBytes, rounds } = request

  const app = await openSides(host, request)
  if (!app.ok) return app
  const attack = await openAttacker(host, app.value.name, step, request.signal)
  if (!attack.ok) return attack
  const rows: Row[] = []
  const add = (more: Result<readonly Row[]>): boolean => more.ok && (rows.push(...more.value), true)

  if (wants('size')) rows.push(sizeRow(app.value))
  if (wants('memory')) {
    step('looking for the least memory')
    const row = await compareMemory(host, app.value, attack.value)
    if (!row.ok) return row
    rows.push(row.value)
  }
  if (wants('boot')) {
    step('counting the instructions of a boot')
    const stamp = await openSides(host, {
      ...request,
      app: `${host.packageFolder}/bench/stamp`,
      linuxWords: [...request.linuxWords, 'BESIDE_IDLE=1'],
    })
    if (!stamp.ok) return stamp
    const boot = await compareBoot(host, stamp.value, memoryBytes)
    if (!add(boot)) return boot as Result<never>
  }
  if (wants('primitives')) {
    for (const name of countedPrograms) {
      const program = await ours(name)
      if (!program.ok) return program
      step(`counting ${name}`)
      const counted = await countProgram('primitives', program.value, memoryBytes)
      if (!add(counted)) return counted as Result<never>
    }
    const program = await openLinux(host, { ...request, app: `${host.packageFolder}/bench/switch` })
    if (!program.ok) return program
    const counted = await countOnLinux('primitives', program.value.linux, memoryBytes, oneProcess)
    if (!add(counted)) return counted as Result<never>
  }
  if (wants('cpu')) {
    const program = await ours('cpu')
    if (!program.ok) return program
    step('counting work without a kernel')
    const counted = await countProgram('cpu', program.value, memoryBytes)
    if (!add(counted)) return counted as Result<never>
    step('timing work without a kernel')
    const timed = await compareCpu(host, program.value, memoryBytes, rounds)
    if (!add(timed)) return timed as Result<never>
  }
  if (wants('http')) {
    const http = await compareHttp(app.value, attack.value, { ...request, onStep: step })
    if (!add(http)) return http as Result<never>
  }
  return ok({
    version: 1,
    app: app.value.name,
    linux: {
      kernel: app.value.guest.kernel.version,
      package: kernelPackage,
      commandLine: request.linuxWords,
    },
    machine: { runner: 'qemu', ...machineOfBoth, memoryBytes },
    rounds,
    rows,
  })
}

/** One attack at a fixed rate on each side. */
export async function attackBeside(
  host: Host,
  request: BesideRequest & { readonly attack: Attack },
): Promise<Result<{ readonly app: string; readonly results: Readonly<Record<SideName, AttackResult>> }>> {
  const wrong = checkHost(host)
  if (wrong !== undefined) return wrong
  const step = (text: string): void => request.onEvent({ kind: 'step', text })
  const app = await openSides(host, request)
  if (!app.ok) return app
  const attack = await openAttacker(host, app.value.name, step, request.signal)
  if (!attack.ok) return attack
  const results = await attackOnce(app.value, attack.value, request.attack, { ...request, onStep: step })
  return results.ok ? ok({ app: app.value.name, results: results.value }) : results
}

function checkHost({ platform, cpuArch }: Host): Result<never> | undefined {
  return platform === 'linux' && cpuArch === 'x64' ? undefined : fail(notOnThisHost(`${platform} ${cpuArch}`))
}

function sizeRow({ az, linux }: BothSides): Row {
  const sum = (files: Readonly<Record<string, number>>): number =>
    Object.values(files).reduce((total, bytes) => total + bytes, 0)
  const parts = Object.entries(linux.files).map(([name, bytes]) => `${name} ${bytes.toLocaleString('en')}`)
  return countedRow({
    group: 'size',
    name: 'what the machine loads',
    unit: 'bytes',
    az: sum(az.files),
    linux: sum(linux.files),
    exact: true,
    note: `Linux: ${parts.join(', ')}`,
  })
}
