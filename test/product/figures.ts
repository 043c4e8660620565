/** The README's table of figures: what it shows, and how it is made from what the command prints. */

export const arches = ['x86_64', 'i386'] as const
export const apps = ['hello', 'hello-http'] as const
export type Arch = (typeof arches)[number]
export type App = (typeof apps)[number]

/** What `azbuild bench --json` says of an image. */
export type Figures = Readonly<Record<string, unknown>>

interface Row {
  readonly title: string
  readonly arch: Arch
  /** A field of the document. */
  readonly figure: string
  readonly command: string
  readonly show: (value: number) => string
}

const count = (value: number): string => value.toLocaleString('en-US')
const kibibytes = (value: number): string => `${count(value / 1024)} KiB`

const rowsOf = (
  title: (arch: Arch) => string,
  figure: string,
  command: string,
  show: Row['show'] = count,
): readonly Row[] =>
  arches.map((arch) => ({
    title: title(arch),
    arch,
    figure,
    command: arch === 'i386' ? `${command} --arch i386` : command,
    show,
  }))

const rows: readonly Row[] = [
  ...rowsOf((arch) => `stripped image, ${arch}`, 'bytes', 'azbuild image APP'),
  ...rowsOf(
    (arch) => `kernel entry to \`main()\`, ${arch}, instructions`,
    'bootInstructions',
    'azbuild bench APP',
  ),
  ...rowsOf(
    (arch) => `\`main()\` to listening, ${arch}, instructions`,
    'listenInstructions',
    'azbuild bench APP',
  ),
  ...rowsOf(
    (arch) => `a request on an open connection, ${arch}, instructions`,
    'requestInstructions',
    'azbuild bench APP',
  ),
  ...rowsOf(
    (arch) => `a connection, opened and closed, ${arch}, instructions`,
    'connectionInstructions',
    'azbuild bench APP',
  ),
  ...rowsOf(
    (arch) => `least memory, ${arch}${arch === 'x86_64' ? ' (QEMU `-M pc`)' : ''}`,
    'leastMemoryBytes',
    'azbuild bench APP',
    kibibytes,
  ),
]

const head = ['figure', ...apps, 'command']

/** The table, from figures of every app and flavour. A figure that no app has is no row. */
export function renderFigures(figuresOf: (app: App, arch: Arch) => Figures): readonly string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [
    line(head),
    `|${head.map(() => '---|').join('')}`,
    ...rows.flatMap(({ title, arch, figure, command, show }) => {
      const values = apps.map((app) => figuresOf(app, arch)[figure])
      const cells = values.map((value) => (typeof value === 'number' ? show(value) : 'none'))
      return values.some((value) => typeof value === 'number')
        ? [line([title, ...cells, `\`${command}\``])]
        : []
    }),
  ]
}

/** The lines of a table that are about a flavour. */
export const linesOf = (table: readonly string[], arch: Arch): readonly string[] =>
  table.filter((line) => line.split('|')[1]!.includes(arch))

/** Where the table begins and ends in the README, as indices of its lines. */
export function findTable(lines: readonly string[]): { readonly from: number; readonly to: number } {
  const from = lines.indexOf(`| ${head.join(' | ')} |`)
  if (from < 0) throw new Error(`README.md has no table that begins | ${head.join(' | ')} |`)
  const length = lines.slice(from).findIndex((line) => !line.startsWith('|'))
  return { from, to: length < 0 ? lines.length : from + length }
}
