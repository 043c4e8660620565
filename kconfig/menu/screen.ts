/**
 * What menuconfig shows: a grid of exactly `rows` lines of `columns` cells, as runs of styled text. Drawing it is left to
 * a terminal (tui/) or a page (web/).
 */
import { explain } from '../eval/explain.ts'
import { arrange } from '../lang/arrange.ts'
import { mainMenuTitle } from '../lang/model.ts'
import { dialogScreen, dialogSpots } from './screen-dialogs.ts'
import { isEmptyPage, rowsOf, type Row } from './rows.ts'
import { BUTTONS, type MenuState } from './state.ts'
import { fit, pad, printable, textWidth } from './text.ts'

export type Style =
  | 'plain'
  | 'title'
  | 'path'
  | 'selected'
  | 'mark'
  | 'dim'
  | 'new'
  | 'why'
  | 'button'
  | 'pressed'
  | 'notice'
  | 'box'
  | 'error'

export interface Run {
  readonly text: string
  readonly style: Style
}
export type Line = readonly Run[]

export interface Screen {
  readonly lines: readonly Line[]
  /** Where the terminal's cursor stands while something is typed. */
  readonly cursor: { readonly column: number; readonly row: number } | undefined
}

/** A place that can be clicked; `to` is one past its last column. */
export type HotSpot = { readonly row: number; readonly from: number; readonly to: number } & (
  | { readonly kind: 'row'; readonly index: number }
  | { readonly kind: 'button'; readonly index: number }
  | { readonly kind: 'key'; readonly key: string }
)

const HEAD = 2
const FOOT = 4
const MIN_COLUMNS = 20
const MIN_ROWS = 8

/** How many rows of a menu fit. */
export function pageHeight(state: MenuState): number {
  return Math.max(1, state.rows - HEAD - FOOT)
}

/** How many lines of a dialog's text fit. */
export function dialogHeight(state: MenuState): number {
  return Math.max(1, state.rows - 8)
}

/** A line of one run, filled up to the width. */
export function fullLine(text: string, style: Style, columns: number): Line {
  return [{ text: pad(printable(text), columns), style }]
}

/** The whole screen. */
export function drawMenu(state: MenuState): Screen {
  const { columns, rows } = state
  if (columns < MIN_COLUMNS || rows < MIN_ROWS) {
    const message = fullLine('Window too small', 'error', columns)
    return {
      lines: Array.from({ length: rows }, (_, i) => (i === 0 ? message : fullLine('', 'plain', columns))),
      cursor: undefined,
    }
  }
  const base: Screen = { lines: [...head(state), ...page(state), ...foot(state)], cursor: undefined }
  return state.dialog === undefined ? base : dialogScreen(state, state.dialog, base)
}

function head(state: MenuState): Line[] {
  const { config, columns, file, trail, menu } = state
  const modified = config === state.saved ? '' : ' [modified]'
  const names = [...trail.map((place) => place.menu), menu]
    .slice(1)
    .map((node) => node.prompt?.text ?? node.symbol?.name ?? '')
  return [
    fullLine(` ${mainMenuTitle(config.tree)} - ${file}${modified}`, 'title', columns),
    fullLine(
      ` ${names.length === 0 ? 'Top' : names.join(' > ')}${state.showHidden ? '  (hidden shown)' : ''}`,
      'path',
      columns,
    ),
  ]
}

function page(state: MenuState): Line[] {
  const rows = rowsOf(state)
  const height = pageHeight(state)
  const lines: Line[] = []
  for (let i = 0; i < height; i++) {
    const row = rows[state.scroll + i]
    lines.push(
      row === undefined
        ? fullLine('', 'plain', state.columns)
        : rowLine(state, row, state.scroll + i === state.cursor),
    )
  }
  return lines
}

function rowLine(state: MenuState, row: Row, isSelected: boolean): Line {
  const { columns } = state
  const name = row.node.symbol?.name
  const note = name === undefined || name === '' ? undefined : state.annotate(name)
  const size = note?.sizeBytes === undefined ? '' : ` ${formatSize(note.sizeBytes)} `
  const mark = `  ${'  '.repeat(Math.min(row.depth, 8))}${printable(row.mark)}${row.mark === '' ? '    ' : ' '}`
  const arrow = row.opens ? (isEmptyPage(state, row.node) ? '  ----' : '  --->') : ''
  const text = `${printable(row.text)}${row.isNew ? ' (NEW)' : ''}${arrow}`
  const width = columns - textWidth(mark) - textWidth(size)
  const why = state.showWhy && note?.why !== undefined ? `  <- ${printable(note.why)}` : ''
  const textPart = fit(text, width)
  const whyPart = pad(why, width - textWidth(textPart))
  if (isSelected) return [{ text: pad(mark + textPart + whyPart + size, columns), style: 'selected' }]
  const style: Style = row.isHidden || row.node.kind === 'comment' ? 'dim' : row.isNew ? 'new' : 'plain'
  return [
    { text: fit(mark, columns), style: row.isHidden ? 'dim' : 'mark' },
    { text: textPart, style },
    { text: whyPart, style: 'why' },
    { text: size, style: 'dim' },
  ]
}

/** 1023 B, 12.5 KiB, 3.1 MiB. */
export function formatSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  const kib = bytes / 1024
  return kib < 1024 ? `${kib.toFixed(1)} KiB` : `${(kib / 1024).toFixed(1)} MiB`
}

function foot(state: MenuState): Line[] {
  const { columns, notice } = state
  const row = rowsOf(state)[state.cursor]
  return [
    fullLine('─'.repeat(columns), 'dim', columns),
    notice === undefined
      ? fullLine(` ${row === undefined ? '' : summary(state, row)}`, 'why', columns)
      : fullLine(` ${notice}`, 'notice', columns),
    buttonLine(state),
    fullLine(
      ' y/m/n/Space set  Enter open  Esc back  / find  ? help  d diff  u undo  z hidden',
      'dim',
      columns,
    ),
  ]
}

/** Where the value of the selected row comes from, in one line. */
function summary(state: MenuState, { node }: Row): string {
  const { symbol } = node
  if (symbol === undefined || symbol.kind !== 'symbol') return ''
  const why = state.annotate(symbol.name)?.why
  if (why !== undefined) return `${symbol.name}: on because ${why}`
  const { origin, heldDownBy } = explain(state.config, symbol, { plan: false })
  const held = heldDownBy.map(({ expression, value }) => `${expression} is ${value}`).join(', ')
  if (held !== '') return `${symbol.name}: held down by ${held}`
  switch (origin.kind) {
    case 'user':
      return `${symbol.name}: set by you`
    case 'selected':
    case 'implied':
      return `${symbol.name}: ${origin.kind} by ${origin.by.map(({ name }) => name).join(', ')}`
    case 'default':
      return `${symbol.name}: default at ${origin.at.file}:${origin.at.line}`
    case 'range':
      return `${symbol.name}: kept within ${origin.low} and ${origin.high}`
    case 'choice':
      return `${symbol.name}: ${origin.chosen ?? 'nothing'} is chosen`
    case 'environment':
      return `${symbol.name}: from the environment variable ${origin.variable}`
    default:
      return `${symbol.name}: no default`
  }
}

function buttonLine(state: MenuState): Line {
  const runs: Run[] = []
  let used = 0
  const add = (text: string, style: Style): void => {
    const fitted = fit(text, state.columns - used)
    used += textWidth(fitted)
    runs.push({ text: fitted, style })
  }
  for (const { index, from } of buttonSpots(state)) {
    add(' '.repeat(Math.max(0, from - used)), 'plain')
    add(`<${BUTTONS[index]}>`, index === state.button && state.dialog === undefined ? 'pressed' : 'button')
  }
  add(' '.repeat(Math.max(0, state.columns - used)), 'plain')
  return runs
}

function buttonSpots({
  columns,
  rows,
}: MenuState): { row: number; from: number; to: number; index: number }[] {
  const total = BUTTONS.reduce((sum, name) => sum + name.length + 2, 0)
  const gap = Math.max(1, Math.min(4, Math.floor((columns - total) / (BUTTONS.length + 1))))
  let from = Math.max(0, (columns - total - gap * (BUTTONS.length - 1)) >> 1)
  return BUTTONS.map((name, index) => {
    const spot = { row: rows - 2, from, to: from + name.length + 2, index }
    from = spot.to + gap
    return spot
  })
}

/** What can be clicked now. */
export function hotSpots(state: MenuState): HotSpot[] {
  if (state.dialog !== undefined) return dialogSpots(state, state.dialog)
  const count = rowsOf(state).length
  const visible = Math.min(pageHeight(state), count - state.scroll)
  return [
    ...Array.from({ length: Math.max(0, visible) }, (_, i): HotSpot => ({
      kind: 'row',
      row: HEAD + i,
      from: 0,
      to: state.columns,
      index: state.scroll + i,
    })),
    ...buttonSpots(state).map((spot): HotSpot => ({ kind: 'button', ...spot })),
    { kind: 'key', row: 1, from: 0, to: state.columns, key: 'h' },
  ]
}

/** The entries around a node as a path of prompts. */
export function pathOf(state: MenuState, node: Row['node']): string {
  const { layout } = arrange(state.config.tree)
  const names: string[] = []
  for (let menu = layout.parent(node); menu !== undefined && menu.kind !== 'root'; menu = layout.parent(menu))
    names.unshift(menu.prompt?.text ?? menu.symbol?.name ?? '')
  return names.join(' > ')
}
