import type { SyscallRow } from '../../compiler/report/document.ts'
import { element, searchField } from '../view/dom.ts'
import { whole } from '../view/format.ts'

const linesMax = 12

/** The system calls of the image: who answers each, which lines of the app lead to it, what it costs. */
export function syscallTable(
  rows: readonly SyscallRow[],
  showComponent: (name: string) => void,
): HTMLElement {
  if (rows.length === 0) return element('p', { class: 'missing' }, 'The app makes no system call.')
  const measured = rows.some(({ instructions }) => instructions !== undefined)
  const items = rows.map((row) => ({ row, text: textOf(row), item: rowItem(row, showComponent, measured) }))
  const search = searchField('Search calls, components, lines', (text) => {
    let shown = 0
    for (const one of items) {
      one.item.hidden = !one.text.includes(text)
      if (!one.item.hidden) shown++
    }
    return text === '' ? '' : `${whole(shown)} of ${whole(rows.length)}`
  })
  const head = element(
    'tr',
    {},
    element('th', { scope: 'col' }, 'System call'),
    element('th', { scope: 'col' }, 'Answered by'),
    element('th', { scope: 'col' }, 'Used by'),
    measured ? element('th', { scope: 'col', class: 'number' }, 'Instructions a call') : undefined,
  )
  const table = element(
    'table',
    { class: 'calls' },
    element('thead', {}, head),
    element('tbody', {}, ...items.map(({ item }) => item)),
  )
  return element('div', {}, element('div', { class: 'tools' }, search), table)
}

function rowItem(row: SyscallRow, showComponent: (name: string) => void, measured: boolean): HTMLElement {
  const { name, lines, because, instructions } = row
  const first = lines[0]
  const used = element(
    'details',
    {},
    element(
      'summary',
      {},
      first === undefined ? 'start-up code' : first,
      lines.length > 1
        ? element('span', { class: 'badge' }, `and ${whole(lines.length - 1)} more`)
        : undefined,
    ),
    lines.length > 1
      ? element(
          'ul',
          { class: 'lines' },
          ...lines.slice(1, linesMax).map((line) => element('li', {}, line)),
          lines.length > linesMax
            ? element('li', {}, `and ${whole(lines.length - linesMax)} more`)
            : undefined,
        )
      : undefined,
    element('p', {}, 'Shortest way there'),
    element('ol', { class: 'chain' }, ...because.map((line) => element('li', {}, line))),
  )
  return element(
    'tr',
    {},
    element('th', { scope: 'row' }, `${name}()`),
    element('td', {}, answer(row, showComponent)),
    element('td', { class: 'used-by' }, used),
    measured
      ? element(
          'td',
          { class: 'number' },
          instructions === undefined ? '' : whole(instructions),
          element('span', { class: 'unit' }, instructions === undefined ? '' : ' instructions'),
        )
      : undefined,
  )
}

function answer({ by, declared }: SyscallRow, showComponent: (name: string) => void): HTMLElement {
  if (declared)
    return element(
      'span',
      {},
      declared === 'stub' ? 'nothing: a stub, fails with ENOSYS' : 'nothing: a fake, returns 0',
    )
  if (by === undefined) return element('span', {}, 'the kernel')
  const link = element('button', { type: 'button', class: 'link' }, by)
  link.addEventListener('click', () => showComponent(by))
  return link
}

function textOf({ name, by, declared, lines, because }: SyscallRow): string {
  return [name, by, declared, ...lines, ...because].join('\n').toLowerCase()
}
