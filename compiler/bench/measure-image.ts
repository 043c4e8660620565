import { measureSizes, type BuildRecord } from '../build/index.ts'
import { ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { readImage } from '../link/index.ts'
import { SHF, SHT } from '../object/index.ts'
import type { Runner } from '../run/index.ts'
import { openTrace, untilListening, watchBoot, type Trace } from '../trace/index.ts'
import { bootFailed } from './diagnostics.ts'
import type { ImageFigures, PageFigures, SectionBytes } from './figures.ts'
import { leastMemory } from './least-memory.ts'
import { countingRunner } from './measure-boot.ts'
import { measureServing, notServing } from './measure-serving.ts'

export interface MeasureOptions {
  readonly memoryBytes?: number
  readonly onStep?: (text: string) => void
  readonly signal?: AbortSignal
}

/** The figures of an image, and a sentence for each that is null. */
export interface Measured {
  readonly figures: ImageFigures
  readonly notes: readonly string[]
}

/** Variables of mm/pages: what it has handed out, and at most. Read from outside, so they cost an image nothing. */
const pagesUsed = { symbol: 'pages_used', byteCount: 8 }
const pagesUsedMax = { symbol: 'pages_used_max', byteCount: 8 }

/** Measures a built image: everything but what a client outside sees. */
export async function measureImage(
  host: Host,
  record: BuildRecord,
  options: MeasureOptions = {},
): Promise<Result<Measured>> {
  const step = (text: string): void => options.onStep?.(`${record.name} (${record.arch}): ${text}`)
  const runner: Runner['name'] = countingRunner[record.arch]
  const sizes = measureSizes(host, record)
  if (!sizes.ok) return sizes
  step('following every instruction')
  const opened = await openTrace(host, record, {
    runner,
    ...(options.memoryBytes === undefined ? {} : { memoryBytes: options.memoryBytes }),
    ...(options.signal ? { signal: options.signal } : {}),
    atMain: [pagesUsed],
  })
  if (!opened.ok) return opened
  const trace = opened.value
  const notes: string[] = []
  const say = (note: string): void => void notes.push(`${record.name} (${record.arch}): ${note}.`)
  try {
    const events = watchBoot(host, record, trace)
    const started = await untilListening(trace, events)
    if (!started.ok) return started
    const main = events.at('main')
    if (main === undefined) return { ok: false, problems: [bootFailed(record.name, started.value.kind)] }
    const listen = events.at('listen')
    const port = Number(/^listen tcp (\d+)$/m.exec(trace.linkText())?.[1] ?? Number.NaN)
    let serving = notServing
    if (listen === undefined) say('it does not listen, so there is no request or connection to count')
    else if (Number.isNaN(port)) say('it listens on UDP alone, so there is no request or connection to count')
    else {
      const measured = await measureServing(trace, port, started.value.frames, step)
      if (!measured.ok) return measured
      serving = measured.value
      serving.notes.forEach(say)
    }
    const pages = await readPages(record, trace)
    if (!pages) say("the page allocator's counters are not in the image")
    await trace.machine.stop()
    step('looking for the least memory')
    const least = await leastMemory(host, record)
    if (!least.ok) return least
    if (least.value === undefined) say('64 MiB of memory are not enough for it')
    const { notes: _, ...served } = serving
    return ok({
      notes,
      figures: {
        name: record.name,
        arch: record.arch,
        runner,
        bytes: record.bytes,
        sections: sectionBytesOf(host, record),
        components: Object.fromEntries(sizes.value.parts.map(({ owner, bytes }) => [owner.name, bytes])),
        bootInstructions: main,
        listenInstructions: listen === undefined ? null : listen - main,
        ...served,
        leastMemoryBytes: least.value ?? null,
        pages: pages ?? null,
        client: null,
      },
    })
  } finally {
    await trace.machine.stop()
  }
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
