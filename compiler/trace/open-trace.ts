import type { BuildRecord } from '../build/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { startTraced, type MemoryRange, type Resume, type Runner, type TracedMachine } from '../run/index.ts'
import { readCodeMap, type CodeMap } from './code-map.ts'
import { notTraceable, traceFault, traceTooLong } from './diagnostics.ts'
import { followCalls, type CallFollower, type VectorStubs } from './follow-calls.ts'

export interface TraceOptions {
  readonly runner: Runner['name']
  readonly memoryBytes?: number
  /** QEMU's machine. */
  readonly machine?: string
  /** Variables to be read when main() is about to be called; one that the image has not is left out. */
  readonly atMain?: readonly Variable[]
  /** After so many instructions it is given up. */
  readonly instructionsMax?: number
  readonly onProgress?: (instructions: number) => void
  readonly signal?: AbortSignal
}

/** A variable of the image by its symbol. */
export interface Variable {
  readonly symbol: string
  readonly byteCount: number
}

/** A traced run of an image, with what its trace has told so far. */
export interface Trace {
  readonly map: CodeMap
  readonly machine: TracedMachine
  readonly calls: CallFollower
  /** Runs on to the next idle moment or the end. Gives up with a problem on a fault and after `instructionsMax`. */
  readonly resume: Resume
  readonly linkText: () => string
  /** What `atMain` asked for, by symbol, once the guest has been there. */
  readonly atMain: () => ReadonlyMap<string, Uint8Array>
  /** A variable as it is now; undefined when the image has it not. */
  readonly readVariable: (variable: Variable) => Promise<Uint8Array | undefined>
}

/** The machine that figures are taken on. */
const referenceMemoryBytes = 64 * 2 ** 20
const instructionsMaxDefault = 200_000_000
/** Exceptions 1, 3 and 4 report an instruction that has run; the others fault (Intel SDM volume 3, table 6-1). */
const traps: ReadonlySet<number> = new Set([1, 3, 4])

/** Starts a built image on a traced machine: it stands at its first instruction. */
export async function openTrace(
  host: Host,
  record: BuildRecord,
  options: TraceOptions,
): Promise<Result<Trace>> {
  const read = readCodeMap(host, record)
  if (!read.ok) return read
  const map = read.value
  const need = (name: string): bigint | undefined => map.addressOf(name)
  const [boot, main, exit, panic, exceptions, vectors] = [
    'az_boot_entry',
    'az_link_main',
    'az_link_exit',
    'az_link_panic',
    'az_exception_stubs',
    'az_vector_stubs',
  ].map(need)
  const entry = boot === undefined ? undefined : map.physicalOf(boot)
  if (entry === undefined || main === undefined || exit === undefined || exceptions === undefined)
    return fail(notTraceable(record.name))
  const low = (address: bigint): number => Number(BigInt.asUintN(32, address))
  const stubs: VectorStubs[] = [{ start: low(exceptions), stubBytes: 4, count: 32 }]
  if (vectors !== undefined) stubs.push({ start: low(vectors), stubBytes: 5, count: 224 })
  const calls = followCalls(map, stubs)
  const giveUp = new AbortController()
  const interrupt = (): void => giveUp.abort()
  options.signal?.addEventListener('abort', interrupt)
  if (options.signal?.aborted) interrupt()
  const most = options.instructionsMax ?? instructionsMaxDefault
  const rangeOf = ({ symbol, byteCount }: Variable): MemoryRange | undefined => {
    const virtual = map.addressOf(symbol)
    const address = virtual === undefined ? undefined : map.physicalOf(virtual)
    return address === undefined ? undefined : { address, byteCount }
  }
  const wanted = (options.atMain ?? []).flatMap((variable) => {
    const range = rangeOf(variable)
    return range ? [{ symbol: variable.symbol, range }] : []
  })
  let link = ''
  const started = await startTraced[options.runner]({
    image: record.image,
    arch: record.arch,
    memoryBytes: options.memoryBytes ?? referenceMemoryBytes,
    net: record.net,
    rng: record.rng,
    ...(options.machine ? { machine: options.machine } : {}),
    points: {
      entry,
      idle: map.idle,
      faults: Array.from({ length: 32 }, (_, vector) => vector)
        .filter((vector) => !traps.has(vector))
        .map((vector) => exceptions + BigInt(4 * vector)),
      end: [exit, panic].filter((address) => address !== undefined),
      snapshot: { at: main, read: wanted.map(({ range }) => range) },
    },
    onTrace: (addresses) => {
      calls.follow(addresses)
      options.onProgress?.(calls.count())
      if (calls.count() > most) giveUp.abort()
    },
    onLink: (bytes) => void (link += Buffer.from(bytes).toString('latin1')),
    onConsole: () => {},
    signal: giveUp.signal,
  })
  if (!started.ok) return started
  const machine = started.value
  return ok({
    map,
    machine: {
      ...machine,
      stop: () => {
        options.signal?.removeEventListener('abort', interrupt)
        return machine.stop()
      },
    },
    calls,
    linkText: () => link,
    atMain: () => new Map((machine.snapshot() ?? []).map((bytes, index) => [wanted[index]!.symbol, bytes])),
    readVariable: async (variable) => {
      const range = rangeOf(variable)
      return range && machine.readMemory(range.address, range.byteCount)
    },
    resume: async (frames) => {
      const pause = await machine.resume(frames)
      switch (pause.kind) {
        case 'idle':
          return ok({ kind: 'idle', frames: pause.frames })
        case 'asleep':
        case 'end':
          return ok({ kind: pause.kind, frames: [] })
        case 'fault':
          return fail(traceFault(record.name, pause.reason))
        case 'interrupted':
          return fail(
            options.signal?.aborted
              ? traceFault(record.name, 'interrupted')
              : traceTooLong(record.name, most),
          )
      }
    },
  })
}
