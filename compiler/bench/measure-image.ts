import { measureSizes, type BuildRecord } from '../build/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { readImage } from '../link/index.ts'
import { SHF, SHT } from '../object/index.ts'
import { openTrace, followStart, countingRunner, type Trace } from '../trace/index.ts'
import type { ClientOptions } from './client-loads.ts'
import { countClient } from './count-client.ts'
import { bootFailed } from './diagnostics.ts'
import type { ClientFigures, ImageFigures, PageFigures, SectionBytes } from './figures.ts'
import { leastMemory } from './least-memory.ts'
import { measureClient } from './measure-client.ts'
import { measureServing, notServing, type ServingFigures } from './measure-serving.ts'

export interface MeasureOptions {
  readonly memoryBytes?: number
  readonly onStep?: (text: string) => void
  readonly signal?: AbortSignal
  /** Asks from outside too, by the wall clock, when it answers requests. */
  readonly client?: ClientOptions
}

/** The figures of an image, and a sentence for each that is null. */
export interface Measured {
  readonly figures: ImageFigures
  readonly notes: readonly string[]
}

/** Variables of mm/pages: what it has handed out, and at most. Read from outside, so they cost an image nothing. */
const pagesUsed = { symbol: 'pages_used', byteCount: 8 }
const pagesUsedMax = { symbol: 'pages_used_max', byteCount: 8 }

/** Measures a built image: exactly, and with a client outside when asked to. */
export async function measureImage(
  host: Host,
  record: BuildRecord,
  options: MeasureOptions = {},
): Promise<Result<Measured>> {
  const sizes = measureSizes(host, record)
  if (!sizes.ok) return sizes
  const followed = await followImage(host, record, options)
  if (!followed.ok) return followed
  options.onStep?.('looking for the least memory')
  const least = await leastMemory(host, record, options.signal)
  if (!least.ok) return least
  const { notes, ...figures } = followed.value
  const asked =
    options.client && figures.requestInstructions !== null
      ? await askFromOutside(host, record, options.client, options)
      : ok({ client: null, notes: [] })
  if (!asked.ok) return asked
  const { client } = asked.value
  return ok({
    notes: [
      ...notes,
      ...(least.value === undefined ? ['64 MiB of memory are not enough for it'] : []),
      ...asked.value.notes,
    ].map((note) => `${record.name} (${record.arch}): ${note}.`),
    figures: {
      name: record.name,
      arch: record.arch,
      runner: countingRunner[record.arch],
      bytes: record.bytes,
      sections: sectionBytesOf(host, record),
      components: Object.fromEntries(sizes.value.parts.map(({ owner, bytes }) => [owner.name, bytes])),
      ...figures,
      leastMemoryBytes: least.value ?? null,
      client,
    },
  })
}

/** Counts first, then times: another run of the image each. */
async function askFromOutside(
  host: Host,
  record: BuildRecord,
  client: ClientOptions,
  options: MeasureOptions,
): Promise<Result<{ readonly client: ClientFigures | null; readonly notes: readonly string[] }>> {
  const counted = await countClient(host, record, client.rounds, options)
  if (!counted.ok) return counted
  const timed = await measureClient(record, client, options)
  if (!timed.ok) return timed
  return ok({
    client: timed.value.client && { ...timed.value.client, counted: counted.value.counted },
    notes: [...counted.value.notes, ...timed.value.notes],
  })
}

/** What one traced run of an image tells. */
export interface Followed extends ServingFigures {
  readonly bootInstructions: number
  readonly listenInstructions: number | null
  readonly pages: PageFigures | null
}

/** Follows an image from its first instruction to main(), until it listens, and through requests and connections. */
export async function followImage(
  host: Host,
  record: BuildRecord,
  options: MeasureOptions = {},
): Promise<Result<Followed>> {
  const step = options.onStep ?? (() => {})
  step('following every instruction')
  const opened = await openTrace(host, record, {
    runner: countingRunner[record.arch],
    ...(options.memoryBytes === undefined ? {} : { memoryBytes: options.memoryBytes }),
    ...(options.signal ? { signal: options.signal } : {}),
    atMain: [pagesUsed],
  })
  if (!opened.ok) return opened
  const trace = opened.value
  try {
    const started = await followStart(host, record, trace)
    if (!started.ok) return started
    const main = started.value.at('main')
    const panicked = /^panic /m.test(trace.linkText())
    if (main === undefined) return fail(bootFailed(record.name, panicked ? 'panic' : started.value.kind))
    const listen = started.value.at('listen')
    const serving = await serve(trace, listen !== undefined, started.value.frames, step)
    if (!serving.ok) return serving
    const pages = await readPages(record, trace)
    return ok({
      bootInstructions: main,
      listenInstructions: listen === undefined ? null : listen - main,
      ...serving.value,
      pages: pages ?? null,
      notes: [
        ...serving.value.notes,
        ...(pages ? [] : ["the page allocator's counters are not in the image, so its pages are not known"]),
      ],
    })
  } finally {
    await trace.machine.stop()
  }
}

/** Figures of requests and connections, or why there are none. */
async function serve(
  trace: Trace,
  listens: boolean,
  sent: readonly Uint8Array[],
  onStep: (text: string) => void,
): Promise<Result<ServingFigures>> {
  const none = (why: string): Result<ServingFigures> => ok({ ...notServing, notes: [why] })
  if (!listens) return none('it does not listen, so there is no request or connection to count')
  const port = /^listen tcp (\d+)$/m.exec(trace.linkText())?.[1]
  if (port === undefined)
    return none('it listens on UDP alone, so there is no request or connection to count')
  return measureServing(trace, Number(port), sent, onStep)
}

/** Pages at main() and at most so far; none for an image that has no page allocator. */
async function readPages(record: BuildRecord, trace: Trace): Promise<PageFigures | undefined> {
  if (!record.components.some(({ name }) => name === 'mm/pages')) return { atMain: 0, highWater: 0 }
  const atMain = trace.atMain().get(pagesUsed.symbol)
  const most = await trace.readVariable(pagesUsedMax)
  const numberOf = (bytes: Uint8Array): number =>
    Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true))
  return atMain && most ? { atMain: numberOf(atMain), highWater: numberOf(most) } : undefined
}

/** Bytes by what a page of them may be used for. */
function sectionBytesOf(host: Host, record: BuildRecord): SectionBytes {
  const sums = { text: 0, readOnlyData: 0, data: 0, zero: 0 }
  const image = readImage(host.readBytes(record.symbols)!, record.symbols)
  for (const { flags, type, size } of image.ok ? image.value.elf.sections : []) {
    if (!(flags & SHF.ALLOC) || (flags & SHF.TLS && type === SHT.NOBITS)) continue
    if (type === SHT.NOBITS) sums.zero += size
    else if (flags & SHF.EXECINSTR) sums.text += size
    else if (flags & SHF.WRITE) sums.data += size
    else sums.readOnlyData += size
  }
  return sums
}
