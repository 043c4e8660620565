import {
  layers,
  type BenchDocument,
  type ClientFigures,
  type CountedByClient,
  type CountedSpread,
  type ImageFigures,
} from './figures.ts'
import { clientConnections } from './client-loads.ts'
import type { Spread } from './spread.ts'

/** A figure's title and its value for each image, as text. */
interface Row {
  readonly title: string
  readonly cells: readonly string[]
}

const unknown = '-'
const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? unknown : value.toLocaleString('en-US')
const kibibytes = (value: number | null): string => (value === null ? unknown : `${count(value / 1024)} KiB`)

/** The figures as a table for a terminal; notes below. */
export function renderBench(document: BenchDocument): string {
  return renderWith(document, (rows) => {
    const widths = rows[0]!.cells.map((_, column) =>
      Math.max(...rows.map(({ cells }) => cells[column]!.length)),
    )
    const first = Math.max(...rows.map(({ title }) => title.length))
    return rows.map(({ title, cells }) =>
      [title.padEnd(first), ...cells.map((cell, column) => cell.padStart(widths[column]!))]
        .join('  ')
        .trimEnd(),
    )
  })
}

/** The same as Markdown. */
export function renderBenchMarkdown(document: BenchDocument): string {
  return renderWith(document, ([head, ...rows]) => {
    const line = ({ title, cells }: Row): string => `| ${[title.trim(), ...cells].join(' | ')} |`
    return [line(head!), `|---|${head!.cells.map(() => '--:|').join('')}`, ...rows.map(line)]
  })
}

function renderWith(
  { images, primitives, notes }: BenchDocument,
  table: (rows: readonly Row[]) => string[],
): string {
  const parts: string[] = []
  if (images.length > 0) parts.push(table(imageRows(images)).join('\n'))
  const asked = images.filter(({ client }) => client !== null)
  const counted = asked.filter(({ client }) => client!.counted !== null)
  if (counted.length > 0) parts.push([table(countedRows(counted)).join('\n'), '', countedOnly].join('\n'))
  if (asked.length > 0) parts.push([table(timedRows(asked)).join('\n'), '', timedOnly].join('\n'))
  if (primitives) {
    const { arch, runner, ...values } = primitives
    const rows = Object.entries(values).map(([name, value]) => ({
      title: `${name.replace(/Instructions$/, '')}`,
      cells: [count(value as number | null)],
    }))
    parts.push(table([{ title: 'instructions each', cells: [`${arch}, ${runner}`] }, ...rows]).join('\n'))
  }
  if (notes.length > 0) parts.push(notes.join('\n'))
  return parts.map((part) => `${part}\n`).join('\n')
}

function imageRows(images: readonly ImageFigures[]): readonly Row[] {
  const row = (title: string, value: (image: ImageFigures) => string): Row => ({
    title,
    cells: images.map(value),
  })
  const syscalls = [
    ...new Set(images.flatMap(({ syscallInstructions }) => Object.keys(syscallInstructions ?? {}))),
  ].sort()
  const all = [
    row('', ({ name }) => name),
    row('flavour, counted on', ({ arch, runner }) => `${arch}, ${runner}`),
    row('image file, bytes', ({ bytes }) => count(bytes)),
    ...(['text', 'readOnlyData', 'data', 'zero'] as const).map((part) =>
      row(`  ${part === 'readOnlyData' ? 'read-only data' : part}`, ({ sections }) => count(sections[part])),
    ),
    row('entry to main(), instructions', ({ bootInstructions }) => count(bootInstructions)),
    row('main() to listening', ({ listenInstructions }) => count(listenInstructions)),
    row('a request', ({ requestInstructions }) => count(requestInstructions)),
    ...layers.map((layer) => row(`  ${layer}`, ({ requestLayerInstructions: by }) => count(by?.[layer]))),
    row('a connection', ({ connectionInstructions }) => count(connectionInstructions)),
    ...layers.map((layer) => row(`  ${layer}`, ({ connectionLayerInstructions: by }) => count(by?.[layer]))),
    row('a connection with one request', ({ connectionRequestInstructions }) =>
      count(connectionRequestInstructions),
    ),
    ...syscalls.map((name) =>
      row(`${name}()`, ({ syscallInstructions }) => count(syscallInstructions?.[name])),
    ),
    row('least memory', ({ leastMemoryBytes }) => kibibytes(leastMemoryBytes)),
    row('pages at main()', ({ pages }) => count(pages?.atMain)),
    row('pages at most', ({ pages }) => count(pages?.highWater)),
  ]
  return all.filter(({ cells }, index) => index < 2 || cells.some((cell) => cell !== unknown))
}

/** What keeps a reader from taking these for the figures above. */
const timedOnly =
  'Timed with a client outside by the clock of this machine, median (least - most) of the rounds: only ratios of one run mean anything.'

const countedOnly =
  'Counted with a client outside, median (least - most) of the rounds: how its segments fall together is not the same twice.'

const spreadText = ({ median, min, max }: Spread): string =>
  `${count(median)} (${count(min)} - ${count(max)})`

/** What is counted with a client outside: of images that have it. */
function countedRows(images: readonly ImageFigures[]): readonly Row[] {
  const row = (title: string, value: (counted: CountedByClient) => Spread | undefined): Row => ({
    title,
    cells: images.map(({ client }) => {
      const spread = value(client!.counted!)
      return spread ? spreadText(spread) : unknown
    }),
  })
  const byLayer = (title: string, value: (counted: CountedByClient) => CountedSpread): readonly Row[] => [
    row(title, (counted) => value(counted).all),
    ...layers
      .filter((layer) => images.some(({ client }) => value(client!.counted!).byLayer[layer]!.max > 0))
      .map((layer) => row(`  ${layer}`, (counted) => value(counted).byLayer[layer])),
  ]
  const syscalls = [
    ...new Set(images.flatMap(({ client }) => Object.keys(client!.counted!.perSyscall))),
  ].sort()
  return [
    { title: 'instructions, a client outside', cells: images.map(({ name }) => name) },
    ...clientConnections.flatMap((connections, index) =>
      byLayer(
        `a request, ${connections} connection${connections === 1 ? '' : 's'}`,
        (counted) => counted.connections[index]!.perRequest,
      ),
    ),
    ...byLayer('a new connection with one request', (counted) => counted.perNewConnection),
    ...syscalls.map((name) => row(`${name}()`, (counted) => counted.perSyscall[name])),
  ]
}

/** What is timed with a client outside: of images that have it. */
function timedRows(images: readonly ImageFigures[]): readonly Row[] {
  const row = (title: string, value: (client: ClientFigures) => string): Row => ({
    title,
    cells: images.map(({ client }) => value(client!)),
  })
  return [
    { title: 'timed, a client outside', cells: images.map(({ name }) => name) },
    row('rounds', ({ runner, rounds, roundSeconds }) => `${rounds} of ${roundSeconds} s, ${runner}`),
    ...clientConnections.flatMap((connections, index) => [
      row(`requests/s, ${connections} connection${connections === 1 ? '' : 's'}`, (client) =>
        spreadText(client.connections[index]!.requestsPerSecond),
      ),
      ...(['p50', 'p90', 'p99', 'max'] as const).map((percentile) =>
        row(`  latency ${percentile}, us`, (client) =>
          spreadText(client.connections[index]!.latencyMicroseconds[percentile]),
        ),
      ),
    ]),
    row('new connections/s', ({ newConnectionsPerSecond }) => spreadText(newConnectionsPerSecond)),
  ]
}
