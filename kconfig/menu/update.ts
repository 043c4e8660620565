/** The state machine of menuconfig: one input, the next state. */
import { nextTristate, parseTristate, resetValue, setTristate, setValue } from '../eval/assign.ts'
import type { Config } from '../eval/config.ts'
import { extendedHelp } from '../eval/help.ts'
import { arrange } from '../lang/arrange.ts'
import { MOD, NO, YES, type KSymbol, type MenuNode, type Tristate } from '../lang/model.ts'
import { changeLines } from './changes.ts'
import { updateDialog } from './dialogs.ts'
import { editLine } from './edit.ts'
import { hotSpots, pageHeight } from './screen.ts'
import { isEmptyPage, rowsOf, type Row } from './rows.ts'
import { BUTTONS, remember, type Broken, type Input, type MenuState } from './state.ts'

/** The next state. */
export function update(state: MenuState, input: Input): MenuState {
  if (input.kind === 'resize') return clamp({ ...state, columns: input.columns, rows: input.rows })
  const fresh = { ...state, notice: undefined }
  if (input.kind !== 'key') return clamp(pointer(fresh, input))
  return clamp(
    fresh.dialog === undefined ? menuKey(fresh, input.key) : updateDialog(fresh, fresh.dialog, input.key),
  )
}

/** Keeps the cursor on a row and the row on the screen. */
export function clamp(state: MenuState): MenuState {
  const count = rowsOf(state).length
  const height = pageHeight(state)
  const cursor = Math.max(0, Math.min(state.cursor, count - 1))
  const least = Math.max(0, Math.min(state.scroll, count - height))
  const scroll = cursor < least ? cursor : cursor >= least + height ? cursor - height + 1 : least
  return cursor === state.cursor && scroll === state.scroll ? state : { ...state, cursor, scroll }
}

function menuKey(state: MenuState, key: string): MenuState {
  const row = rowsOf(state)[state.cursor]
  switch (key) {
    case 'up':
    case 'k':
    case '-':
      return { ...state, cursor: state.cursor - 1 }
    case 'down':
    case 'j':
    case '+':
      return { ...state, cursor: state.cursor + 1 }
    case 'pageup':
    case 'ctrl-b':
      return { ...state, cursor: state.cursor - pageHeight(state) }
    case 'pagedown':
    case 'ctrl-f':
      return { ...state, cursor: state.cursor + pageHeight(state) }
    case 'ctrl-u':
      return { ...state, cursor: state.cursor - (pageHeight(state) >> 1) }
    case 'ctrl-d':
      return { ...state, cursor: state.cursor + (pageHeight(state) >> 1) }
    case 'home':
    case 'g':
      return { ...state, cursor: 0 }
    case 'end':
    case 'G':
      return { ...state, cursor: rowsOf(state).length - 1 }
    case 'left':
    case 'shift-tab':
      return { ...state, button: (state.button + BUTTONS.length - 1) % BUTTONS.length }
    case 'right':
    case 'tab':
      return { ...state, button: (state.button + 1) % BUTTONS.length }
    case 'enter':
      return press(state, row)
    case 'l':
      return row === undefined ? state : activate(state, row)
    case 'h':
    case 'backspace':
      return state.trail.length === 0 ? state : back(state)
    case 'escape':
    case 'q':
      return back(state)
    case 'space':
      return row === undefined ? state : toggle(state, row)
    case 'y':
    case 'm':
    case 'n':
      return row === undefined ? state : assign(state, row, parseTristate(key) ?? NO)
    case '?':
    case 'f1':
      return row === undefined ? state : help(state, row.node)
    case '/':
      return { ...state, dialog: { kind: 'search', line: editLine(''), selected: 0 } }
    case 'z':
      return { ...state, showHidden: !state.showHidden }
    case 'w':
      return { ...state, showWhy: !state.showWhy }
    case 's':
      return save(state, false)
    case 'S':
      return { ...state, dialog: { kind: 'file', action: 'save', line: editLine(state.file) } }
    case 'o':
      return { ...state, dialog: { kind: 'file', action: 'load', line: editLine(state.file) } }
    case 'd':
      return showChanges(state)
    case 'u':
      return undo(state)
    case 'ctrl-r':
      return redo(state)
    case 'r':
      return row === undefined ? state : reset(state, row)
  }
  return jumpToLetter(state, key)
}

/** Other letters go to the next row that begins with them, as in the kernel's menuconfig. */
function jumpToLetter(state: MenuState, key: string): MenuState {
  if (!/^\p{L}$/u.test(key)) return state
  const rows = rowsOf(state)
  const letter = key.toLowerCase()
  for (let step = 1; step <= rows.length; step++) {
    const at = (state.cursor + step) % rows.length
    if (rows[at]?.text.toLowerCase().startsWith(letter)) return { ...state, cursor: at }
  }
  return state
}

function press(state: MenuState, row: Row | undefined): MenuState {
  switch (BUTTONS[state.button]) {
    case 'Exit':
      return back(state)
    case 'Help':
      return row === undefined ? state : help(state, row.node)
    case 'Save':
      return { ...state, dialog: { kind: 'file', action: 'save', line: editLine(state.file) } }
    case 'Load':
      return { ...state, dialog: { kind: 'file', action: 'load', line: editLine(state.file) } }
    default:
      return row === undefined ? state : activate(state, row)
  }
}

/** Enter: opens a page, edits a text, toggles the rest. */
function activate(state: MenuState, row: Row): MenuState {
  const { symbol } = row.node
  if (row.opens) return open(state, row.node)
  if (symbol === undefined) return state
  if (symbol.type === 'bool' || symbol.type === 'tristate') return toggle(state, row)
  if (!state.config.isChangeable(symbol)) return { ...state, notice: whyFixed(state, symbol) }
  return {
    ...state,
    dialog: { kind: 'value', node: row.node, line: editLine(state.config.value(symbol)), error: undefined },
  }
}

export function open(state: MenuState, node: MenuNode): MenuState {
  if (isEmptyPage(state, node) && !state.showHidden)
    return { ...state, notice: 'There is nothing to see here; z shows what is hidden' }
  const { menu, cursor, scroll } = state
  const page: MenuState = {
    ...state,
    trail: [...state.trail, { menu, cursor, scroll }],
    menu: node,
    cursor: 0,
    scroll: 0,
  }
  const { symbol } = node
  if (symbol?.kind !== 'choice') return page
  const chosen = state.config.chosen(symbol)
  return {
    ...page,
    cursor: Math.max(
      0,
      rowsOf(page).findIndex((row) => row.node.symbol === chosen),
    ),
  }
}

/** One page up; from the first page, out. */
function back(state: MenuState): MenuState {
  const place = state.trail.at(-1)
  if (place !== undefined) return { ...state, ...place, trail: state.trail.slice(0, -1) }
  if (changeLines(state.saved, state.config).length === 0) return { ...state, request: { kind: 'exit' } }
  return { ...state, dialog: { kind: 'exit', button: 0, scroll: 0 } }
}

function toggle(state: MenuState, row: Row): MenuState {
  const { symbol } = row.node
  if (symbol === undefined) return row.opens ? open(state, row.node) : state
  if (symbol.type !== 'bool' && symbol.type !== 'tristate') return activate(state, row)
  if (symbol.choice !== undefined && state.config.visibility(symbol) === YES) return choose(state, symbol)
  const next = nextTristate(state.config, symbol)
  if (next === state.config.tristate(symbol)) return { ...state, notice: whyFixed(state, symbol) }
  return assign(state, row, next)
}

/** Picks a value of a choice and goes back to where the choice stands, as the kernel's menuconfig does. */
function choose(state: MenuState, symbol: KSymbol): MenuState {
  const set = change(state, (config) => setTristate(config, symbol, YES))
  if (set === undefined) return { ...state, notice: whyFixed(state, symbol) }
  return askedFirst(state, state.menu.symbol === symbol.choice ? back(set) : set, symbol)
}

function assign(state: MenuState, row: Row, value: Tristate): MenuState {
  const { symbol } = row.node
  if (symbol === undefined || (symbol.type !== 'bool' && symbol.type !== 'tristate')) return state
  const set = change(state, (config) => setTristate(config, symbol, value))
  if (set !== undefined) return askedFirst(state, set, symbol)
  // The kernel's menuconfig, too, takes m where y is held down to it.
  const asModule =
    value === YES && symbol.type === 'tristate'
      ? change(state, (config) => setTristate(config, symbol, MOD))
      : undefined
  if (asModule !== undefined)
    return {
      ...askedFirst(state, asModule, symbol),
      notice: `${symbol.name} depends on a module: it can only be a module`,
    }
  return { ...state, notice: whyNot(state, symbol, value) }
}

/** The state `next`, or the question whether to go there when that switches off what the app demands. */
export function askedFirst(state: MenuState, next: MenuState, symbol: KSymbol): MenuState {
  const breaks = brokenBy(state, next.config)
  return breaks.length === 0 ? next : { ...state, dialog: { kind: 'breaks', symbol, breaks, next } }
}

function brokenBy({ config, annotate }: MenuState, after: Config): Broken[] {
  return config.tree.symbols.flatMap((symbol) => {
    const lines = symbol.kind === 'symbol' ? (annotate(symbol.name)?.breaks ?? []) : []
    const goesOff = lines.length > 0 && config.tristate(symbol) !== NO && after.tristate(symbol) === NO
    return goesOff ? [{ name: symbol.name, lines }] : []
  })
}

/** Changes a copy; undefined when that was refused. */
export function change(state: MenuState, act: (config: Config) => boolean): MenuState | undefined {
  const config = state.config.clone()
  return act(config) ? remember(state, config) : undefined
}

/** Sets a number or text; undefined when the symbol cannot have it. */
export function assignText(state: MenuState, symbol: KSymbol, text: string): MenuState | undefined {
  return change(state, (config) => setValue(config, symbol, text))
}

function reset(state: MenuState, row: Row): MenuState {
  const { symbol } = row.node
  if (symbol === undefined) return state
  const set = change(state, (config) => {
    resetValue(config, symbol)
    return true
  })
  return set === undefined ? state : askedFirst(state, set, symbol)
}

/** One sentence for a value that could not be set. */
function whyNot(state: MenuState, symbol: KSymbol, value: Tristate): string {
  const { config } = state
  if (value !== MOD || !([NO, YES] as const).some((other) => config.allowsTristate(symbol, other)))
    return whyFixed(state, symbol)
  return symbol.type === 'bool'
    ? `${symbol.name} is on or off; it is no module`
    : `${symbol.name} cannot be a module here`
}

/** One sentence for a key that could do nothing. */
function whyFixed({ config }: MenuState, symbol: KSymbol): string {
  const name = symbol.name || 'The choice'
  if (config.selected(symbol) !== NO) {
    const selector = symbol.selectedBy.find((property) => config.tristate(property.selector) !== NO)
    return selector === undefined
      ? `${name} must have a value`
      : `${name} is selected by ${selector.selector.name}`
  }
  return config.visibility(symbol) === NO
    ? `${name} depends on something that is off; ? says on what`
    : `${name} can have no other value`
}

export function help(state: MenuState, node: MenuNode): MenuState {
  const text = extendedHelp(state.config, arrange(state.config.tree), node)
  const title = node.prompt?.text ?? node.symbol?.name ?? ''
  const why = node.symbol === undefined ? undefined : state.annotate(node.symbol.name)
  const lines = [
    ...(why?.why === undefined ? [] : [`On because ${why.why}`]),
    ...(why?.breaks ?? []).map((line) => `Without it: ${line}`),
    ...text.trimEnd().split('\n'),
  ]
  return { ...state, dialog: { kind: 'text', title, lines, scroll: 0 } }
}

function showChanges(state: MenuState): MenuState {
  const lines = changeLines(state.saved, state.config)
  if (lines.length === 0) return { ...state, notice: 'Nothing has changed since the last save' }
  return { ...state, dialog: { kind: 'text', title: 'Unsaved changes', lines, scroll: 0 } }
}

function undo(state: MenuState): MenuState {
  const config = state.undo.at(-1)
  if (config === undefined) return { ...state, notice: 'Nothing to undo' }
  return { ...state, config, undo: state.undo.slice(0, -1), redo: [...state.redo, state.config] }
}

function redo(state: MenuState): MenuState {
  const config = state.redo.at(-1)
  if (config === undefined) return { ...state, notice: 'Nothing to redo' }
  return { ...state, config, redo: state.redo.slice(0, -1), undo: [...state.undo, state.config] }
}

/** Asks the shell to write the configuration. */
export function save(state: MenuState, thenExit: boolean, file = state.file): MenuState {
  return { ...state, dialog: undefined, request: { kind: 'save', file, config: state.config, thenExit } }
}

/** Goes to the page on which an entry stands, with the cursor on it. */
export function jumpTo(state: MenuState, target: MenuNode): MenuState {
  const { layout } = arrange(state.config.tree)
  const pages: MenuNode[] = []
  for (let node = layout.parent(target); node !== undefined; node = layout.parent(node)) {
    const opens = node.kind !== 'symbol' || node.menuconfig
    if (opens) pages.unshift(node)
  }
  const at = (from: MenuState): MenuState | undefined => {
    let page: MenuState = {
      ...from,
      trail: [],
      menu: from.config.tree.root,
      cursor: 0,
      scroll: 0,
      dialog: undefined,
    }
    for (const node of [...pages.slice(1), target]) {
      const cursor = rowsOf(page).findIndex((row) => row.node === node)
      if (cursor < 0) return undefined
      page = clamp({ ...page, cursor })
      if (node === target) return page
      const { menu, scroll } = page
      page = { ...page, trail: [...page.trail, { menu, cursor, scroll }], menu: node, cursor: 0, scroll: 0 }
    }
    return page
  }
  return at(state) ?? at({ ...state, showHidden: true }) ?? { ...state, dialog: undefined }
}

function pointer(state: MenuState, input: Exclude<Input, { kind: 'key' | 'resize' }>): MenuState {
  if (input.kind !== 'press') {
    const key = input.kind === 'wheel-up' ? 'up' : 'down'
    return state.dialog === undefined ? menuKey(state, key) : updateDialog(state, state.dialog, key)
  }
  const spot = hotSpots(state).find(
    ({ row, from, to }) => row === input.row && from <= input.column && input.column < to,
  )
  if (spot === undefined) return state
  if (spot.kind === 'key') return update(state, { kind: 'key', key: spot.key })
  if (spot.kind === 'button') return press({ ...state, button: spot.index }, rowsOf(state)[state.cursor])
  const row = rowsOf(state)[spot.index]
  if (row === undefined || spot.index !== state.cursor) return { ...state, cursor: spot.index }
  return activate(state, row)
}
