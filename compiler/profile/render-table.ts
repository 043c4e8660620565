import type { Profile, ProfiledFunction } from './profile.ts'

/** The hottest functions as a table for a terminal. */
export function renderTable(profile: Profile, most: number): string {
  const { samples, every, unit, instructions } = profile
  const shown = profile.functions.slice(0, most).filter(({ self, total }) => self > 0 || total > 0)
  const rows = shown.map((fn) => [
    percent(fn.self, samples),
    percent(fn.total, samples),
    fn.name,
    fn.owner ?? '',
    placeOf(fn),
  ])
  const head = ['self', 'total', 'function', 'owner', 'where']
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => row[column]!.length)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column < 2 ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!)))
      .join('  ')
      .trimEnd()
  const what =
    unit === 'instructions'
      ? `${every === 1 ? 'every one' : `one in ${every}`} of ${instructions ?? 'its'} instructions`
      : 'one each time the machine was interrupted'
  const rest = profile.functions.length - shown.length
  return [
    `${profile.name} (${profile.arch}): ${samples} samples, ${what}`,
    line(head),
    ...rows.map(line),
    ...(rest > 0 ? [`and ${rest} more function${rest > 1 ? 's' : ''}`] : []),
    '',
  ].join('\n')
}

function percent(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`
}

/** `main.c:31`: the hottest line when the function has samples of its own, else where it begins. */
function placeOf({ file, line, hottestLine }: ProfiledFunction): string {
  const at = hottestLine ?? line
  return file === undefined ? '' : at === undefined ? file : `${file}:${at}`
}
