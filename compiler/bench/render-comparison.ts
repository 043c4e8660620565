import type { SizeChange } from '../link/index.ts'
import { renderMove, type Comparison, type FigureChange } from './compare.ts'

/** How many symbols are listed unless more are asked for. */
const symbolsShown = 20

/** What moved, as text for a terminal: figures, then symbols, largest growth first. */
export function renderComparisons(comparisons: readonly Comparison[], symbolsMost = symbolsShown): string {
  return comparisons.map((one) => renderText(one, symbolsMost)).join('\n')
}

function renderText({ name, arch, since, figures, symbols, notes }: Comparison, most: number): string {
  const title = `${name} (${arch})${since === undefined ? '' : ` since ${since}`}`
  if (figures.length === 0 && symbols.length === 0)
    return [title, ...(notes.length > 0 ? notes : ['nothing moved']).map((line) => `  ${line}`), ''].join(
      '\n',
    )
  const width = Math.max(0, ...figures.map(({ figure }) => figure.length))
  const rows = figures.map((one) => `  ${one.figure.padEnd(width)}  ${renderMove(one)}`)
  const names = symbols.slice(0, most).map(symbolName)
  const nameWidth = Math.max(0, ...names.map((one) => one.length))
  const symbolRows = symbols
    .slice(0, most)
    .map((one, index) => `  ${names[index]!.padEnd(nameWidth)}  ${renderMove(one)}`)
  const more = symbols.length - symbolRows.length
  return [
    title,
    ...rows,
    ...(symbolRows.length > 0 ? ['  bytes by symbol, largest growth first:', ...symbolRows] : []),
    ...(more > 0 ? [`  and ${more} more symbols: --json has them all`] : []),
    ...notes.map((note) => `  ${note}`),
    '',
  ].join('\n')
}

/** The same as Markdown tables, for a comment on a change. */
export function renderComparisonsMarkdown(
  comparisons: readonly Comparison[],
  symbolsMost = symbolsShown,
): string {
  return comparisons.map((one) => renderMarkdown(one, symbolsMost)).join('\n')
}

function renderMarkdown({ name, arch, since, figures, symbols, notes }: Comparison, most: number): string {
  const title = `### ${escape(name)} (${arch})${since === undefined ? '' : ` since ${escape(since)}`}`
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const table = (first: string, rows: readonly string[]): readonly string[] =>
    rows.length > 0 ? [row([first, 'before', 'after', 'change']), '|---|---:|---:|---:|', ...rows, ''] : []
  const figureRows = figures.map((one) => row([`\`${one.figure}\``, ...cellsOf(one)]))
  const symbolRows = symbols.slice(0, most).map((one) => row([`\`${symbolName(one)}\``, ...cellsOf(one)]))
  const more = symbols.length - symbolRows.length
  const none = figures.length === 0 && symbols.length === 0 && notes.length === 0
  return [
    title,
    '',
    ...(none ? ['Nothing moved.', ''] : []),
    ...table('figure', figureRows),
    ...table('symbol, bytes', symbolRows),
    ...(more > 0 ? [`And ${more} more symbols.`, ''] : []),
    ...notes.flatMap((note) => [escape(note), '']),
  ].join('\n')
}

function symbolName({ owner, symbol }: SizeChange): string {
  return `${owner}: ${symbol}`
}

function cellsOf({ before, after }: Pick<FigureChange, 'before' | 'after'>): readonly string[] {
  const change = before === null || after === null ? '' : after - before
  const show = (value: number | null): string => (value === null ? 'unknown' : String(value))
  return [show(before), show(after), typeof change === 'number' && change > 0 ? `+${change}` : String(change)]
}

/** Text that is no Markdown. */
function escape(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|#]/g, '\\$&')
}
