/** Keys while something lies over the menu. */
import { changeLines } from './changes.ts'
import { editKey } from './edit.ts'
import { dialogHeight } from './screen.ts'
import { searchTree } from './search.ts'
import type { Dialog, MenuState } from './state.ts'
import { assignText, askedFirst, help, jumpTo, save } from './update.ts'

type Of<K extends Dialog['kind']> = Dialog & { readonly kind: K }

const LEAVES: ReadonlySet<string> = new Set(['escape', 'q', 'enter', 'h', '?', 'f1'])

export function updateDialog(state: MenuState, dialog: Dialog, key: string): MenuState {
  switch (dialog.kind) {
    case 'text':
      if (LEAVES.has(key)) return close(state)
      return {
        ...state,
        dialog: { ...dialog, scroll: scrolled(state, dialog.scroll, dialog.lines.length, key) },
      }
    case 'search':
      return searchKey(state, dialog, key)
    case 'value':
      return valueKey(state, dialog, key)
    case 'file':
      return fileKey(state, dialog, key)
    case 'breaks':
      return breaksKey(state, dialog, key)
    case 'exit':
      return exitKey(state, dialog, key)
  }
}

function close(state: MenuState): MenuState {
  return { ...state, dialog: undefined }
}

function scrolled(state: MenuState, scroll: number, count: number, key: string): number {
  const page = dialogHeight(state)
  const steps: Readonly<Record<string, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageup: -page,
    pagedown: page,
    space: page,
    home: -count,
    g: -count,
    end: count,
    G: count,
  }
  const step = Object.hasOwn(steps, key) ? (steps[key] ?? 0) : 0
  return Math.max(0, Math.min(scroll + step, count - page))
}

function searchKey(state: MenuState, dialog: Of<'search'>, key: string): MenuState {
  const matches = searchTree(state.config, dialog.line.text)
  const select = (selected: number): MenuState => ({
    ...state,
    dialog: { ...dialog, selected: Math.max(0, Math.min(selected, matches.length - 1)) },
  })
  const match = matches[dialog.selected]
  switch (key) {
    case 'escape':
      return close(state)
    case 'enter':
      return match === undefined ? state : jumpTo(state, match.node)
    case 'f1':
      return match === undefined ? state : help(state, match.node)
    case 'up':
      return select(dialog.selected - 1)
    case 'down':
      return select(dialog.selected + 1)
    case 'pageup':
      return select(dialog.selected - dialogHeight(state))
    case 'pagedown':
      return select(dialog.selected + dialogHeight(state))
  }
  return { ...state, dialog: { ...dialog, line: editKey(dialog.line, key), selected: 0 } }
}

function valueKey(state: MenuState, dialog: Of<'value'>, key: string): MenuState {
  const { symbol } = dialog.node
  if (key === 'escape' || symbol === undefined) return close(state)
  if (key === 'f1') return help(state, dialog.node)
  if (key !== 'enter')
    return { ...state, dialog: { ...dialog, line: editKey(dialog.line, key), error: undefined } }
  const set = assignText(state, symbol, dialog.line.text)
  if (set !== undefined) return askedFirst(close(state), close(set), symbol)
  const range = state.config.active(symbol, 'range')
  const limits =
    range === undefined ? '' : ` from ${state.config.value(range.low)} to ${state.config.value(range.high)}`
  const error = `This must be ${symbol.type === 'hex' ? 'a hexadecimal' : 'a whole'} number${limits}`
  return { ...state, dialog: { ...dialog, error } }
}

function fileKey(state: MenuState, dialog: Of<'file'>, key: string): MenuState {
  if (key === 'escape') return close(state)
  if (key !== 'enter') return { ...state, dialog: { ...dialog, line: editKey(dialog.line, key) } }
  const file = dialog.line.text.trim()
  if (file === '') return state
  return dialog.action === 'save'
    ? save(state, false, file)
    : { ...close(state), request: { kind: 'load', file } }
}

function breaksKey(state: MenuState, dialog: Of<'breaks'>, key: string): MenuState {
  if (key === 'y' || key === 'Y') return { ...dialog.next, columns: state.columns, rows: state.rows }
  return key === 'escape' || key === 'n' || key === 'N' || key === 'enter' || key === 'q'
    ? close(state)
    : state
}

const EXIT_BUTTONS = 3

function exitKey(state: MenuState, dialog: Of<'exit'>, key: string): MenuState {
  const choose = (button: number): MenuState => {
    if (button === 0) return save(state, true)
    return button === 1 ? { ...close(state), request: { kind: 'exit' } } : close(state)
  }
  switch (key) {
    case 'left':
    case 'shift-tab':
      return { ...state, dialog: { ...dialog, button: (dialog.button + EXIT_BUTTONS - 1) % EXIT_BUTTONS } }
    case 'right':
    case 'tab':
      return { ...state, dialog: { ...dialog, button: (dialog.button + 1) % EXIT_BUTTONS } }
    case 'enter':
      return choose(dialog.button)
    case 'y':
      return choose(0)
    case 'n':
      return choose(1)
    case 'escape':
    case 'c':
      return close(state)
  }
  const count = changeLines(state.saved, state.config).length
  return { ...state, dialog: { ...dialog, scroll: scrolled(state, dialog.scroll, count, key) } }
}
