import { buildImage, type BuildEvent } from '../build/index.ts'
import type { Arch } from '../component/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { countingRunner } from '../trace/index.ts'
import { bootFailed } from './diagnostics.ts'
import type { PrimitiveFigures } from './figures.ts'
import { referenceMemoryBytes, runQuietly, stampsOf } from './measure-boot.ts'

/** Programs of bench/ that print `name value instructions` lines; they run on Linux too (`azbuild beside`). */
const programs = ['getpid', 'getpid-trap', 'calls', 'threads'] as const

/**
 * What single things cost: system calls, page faults, locks, memory, threads, round trips through pipes and sockets. Each is the mean of many in
 * a row by the time stamp counter, which counts instructions here; the programs are built for the flavour and run to their end.
 */
export async function measurePrimitives(
  host: Host,
  arch: Arch,
  options: { readonly onEvent?: (event: BuildEvent) => void; readonly signal?: AbortSignal } = {},
): Promise<Result<PrimitiveFigures>> {
  const figures: Record<string, number> = {}
  for (const name of programs) {
    const built = await buildImage(host, {
      app: `${host.packageFolder}/bench/${name}`,
      arch,
      ...(options.onEvent ? { onEvent: options.onEvent } : {}),
    })
    if (!built.ok) return built
    options.onEvent?.({ kind: 'step', text: `primitives (${arch}): counting ${name}` })
    const { record } = built.value
    const stamps = stampsOf(host, record)
    if (!stamps.ok) return stamps
    let output = ''
    const outcome = await runQuietly(record, countingRunner[arch], {
      memoryBytes: referenceMemoryBytes,
      measurement: { ...stamps.value, stopAtMain: false },
      // The programs talk to themselves: answers of a network outside would come at any time and be counted.
      net: false,
      args: ['tsc'],
      timeoutSeconds: 600,
      onConsole: (bytes) => void (output += Buffer.from(bytes).toString('latin1')),
      ...(options.signal ? { signal: options.signal } : {}),
    })
    if (!outcome.ok) return outcome
    if (outcome.value.kind !== 'exit' || outcome.value.status !== 0)
      return fail(bootFailed(record.name, outcome.value.kind))
    for (const [, figure, value] of output.matchAll(/^(\w+) (\d+(?:\.\d+)?) instructions\r?$/gm))
      figures[`${figure}Instructions`] = Math.round(Number(value))
  }
  return ok({ arch, runner: countingRunner[arch], ...figures })
}
