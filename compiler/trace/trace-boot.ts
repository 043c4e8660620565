import type { BuildRecord } from '../build/index.ts'
import { ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import type { BootTrace, TraceEvent } from './call-tree.ts'
import { parseInitTable } from './init-table.ts'
import { openTrace, type Trace, type TraceOptions } from './open-trace.ts'

/**
 * What counts instructions for a flavour, whatever else is installed, so that a budget means the same everywhere: QEMU's icount for
 * x86_64, v86 in its deterministic mode for i386.
 */
export const countingRunner = { x86_64: 'qemu', i386: 'v86' } as const

/** Follows an image from its first instruction until it listens and has nothing to do, or ends. */
export async function traceBoot(
  host: Host,
  record: BuildRecord,
  options: Partial<TraceOptions> = {},
): Promise<Result<BootTrace>> {
  const opened = await openTrace(host, record, { runner: countingRunner[record.arch], ...options })
  if (!opened.ok) return opened
  const trace = opened.value
  try {
    const started = await followStart(host, record, trace)
    return started.ok ? ok(started.value.boot) : started
  } finally {
    await trace.machine.stop()
  }
}

/** What an image has done when it is left to wait, or has ended. */
export interface Started {
  /** `listening`: past its first `listen`; `idle`: it just waits. */
  readonly kind: 'listening' | 'idle' | 'end'
  readonly boot: BootTrace
  /** When something happened, by its name; undefined: it did not. */
  readonly at: (event: string) => number | undefined
  /** What it has sent so far. */
  readonly frames: readonly Uint8Array[]
}

/** Runs a trace that was just opened until the app listens and has nothing to do, or ends. */
export async function followStart(host: Host, record: BuildRecord, trace: Trace): Promise<Result<Started>> {
  const events = watchBoot(host, record, trace)
  const ran = await untilListening(trace, events)
  if (!ran.ok) return ran
  const { kind, frames } = ran.value
  // Both ends are events, so that every instruction since entry lies between two of them.
  const last = { name: kind === 'end' ? 'end' : 'idle', atInstructions: events.now() }
  const boot = { root: trace.calls.tree(record.name), events: [...events.list(), last] }
  return ok({ kind, boot, at: events.at, frames })
}

interface BootEvents {
  /** In order; counted from the stamp at kernel entry, which some instructions precede. */
  readonly list: () => readonly TraceEvent[]
  readonly at: (name: string) => number | undefined
  /** Instructions since the stamp at kernel entry. */
  readonly now: () => number
}

/** Notes the stamps, each call of the init table, and when the guest first tells that it listens. */
function watchBoot(host: Host, record: BuildRecord, { map, calls }: Trace): BootEvents {
  const noted: { name: string; at: number }[] = []
  let origin: number | undefined
  let clock = 0
  calls.onClock((at) => {
    clock = at
    origin ??= at
  })
  const once = (name: string, symbol: string, when: (at: number) => number): void => {
    const address = map.addressOf(symbol)
    if (address === undefined) return
    calls.watch(Number(BigInt.asUintN(32, address)), (at) => {
      if (!noted.some((event) => event.name === name)) noted.push({ name, at: when(at) })
    })
  }
  for (const call of parseInitTable(host.readText(`${record.out}/gen/src/init.c`) ?? ''))
    once(`${call.level}: ${call.component}`, call.function, (at) => at)
  once('main', 'az_link_main', () => clock) // the stamp is read just before
  once('listen', 'az_link_listen', (at) => at)
  once('exit', 'az_link_exit', (at) => at)
  const list = (): readonly TraceEvent[] => [
    { name: 'entry', atInstructions: 0 },
    ...noted.map(({ name, at }) => ({ name, atInstructions: at - (origin ?? 0) })),
  ]
  return {
    list,
    at: (name) => list().find((event) => event.name === name)?.atInstructions,
    now: () => calls.count() - (origin ?? 0),
  }
}

/** Idle moments without having listened after which an app is taken for one that never will. */
const idleMax = 64

async function untilListening(
  trace: Trace,
  events: BootEvents,
): Promise<Result<Pick<Started, 'kind' | 'frames'>>> {
  const frames: Uint8Array[] = []
  for (let idles = 0; ; idles++) {
    const pause = await trace.resume()
    if (!pause.ok) return pause
    frames.push(...pause.value.frames)
    if (pause.value.kind === 'end') return ok({ kind: 'end', frames })
    if (events.at('listen') !== undefined) return ok({ kind: 'listening', frames })
    if (idles === idleMax || pause.value.kind === 'asleep') return ok({ kind: 'idle', frames })
  }
}
