/** The boxes that lie over the menu. */
import { changeLines } from './changes.ts'
import { dialogHeight, pathOf, type HotSpot, type Line, type Run, type Screen, type Style } from './screen.ts'
import { searchTree } from './search.ts'
import type { Broken, Dialog, LineEdit, MenuState } from './state.ts'
import { fit, pad, printable, textWidth, wrap } from './text.ts'

interface Box {
  readonly title: string
  readonly body: readonly Run[]
  readonly hint: string
  /** The body line that is typed into, and the column in it. */
  readonly typing?: { readonly line: number; readonly column: number }
}

/** The screen with a dialog in its middle. */
export function dialogScreen(state: MenuState, dialog: Dialog, base: Screen): Screen {
  const box = boxOf(state, dialog)
  const width = state.columns - 4
  const { top, bodyHeight } = placeOf(state, dialog, box)
  const inside = width - 4
  const framed = (run: Run): Line => [
    { text: '│ ', style: 'box' },
    { text: pad(printable(run.text), inside), style: run.style },
    { text: ' │', style: 'box' },
  ]
  const border = (left: string, text: string, right: string): Line => {
    const label = text === '' ? '' : ` ${fit(printable(text), width - 6)} `
    return [
      {
        text: `${left}─${label}${'─'.repeat(Math.max(0, width - 3 - textWidth(label)))}${right}`,
        style: 'box',
      },
    ]
  }
  const body = Array.from({ length: bodyHeight }, (_, i) =>
    framed(box.body[i] ?? { text: '', style: 'plain' }),
  )
  const lines = [border('┌', box.title, '┐'), ...body, border('└', box.hint, '┘')]
  const overlaid = base.lines.map((line, row): Line => {
    const over = lines[row - top]
    if (over === undefined) return line
    return [{ text: '  ', style: 'plain' }, ...over, { text: '  ', style: 'plain' }]
  })
  const { typing } = box
  const cursor = typing && {
    column: Math.min(4 + typing.column, state.columns - 5),
    row: top + 1 + typing.line,
  }
  return { lines: overlaid.slice(0, state.rows), cursor }
}

/** The first row of a box, and how many lines of its body are shown. */
function placeOf(state: MenuState, dialog: Dialog, box: Box): { top: number; bodyHeight: number } {
  const height = dialogHeight(state)
  const isTall = dialog.kind === 'text' || dialog.kind === 'search' || dialog.kind === 'exit'
  const bodyHeight = isTall ? height : Math.min(height, box.body.length)
  return { top: Math.max(0, (state.rows - bodyHeight - 4) >> 1), bodyHeight }
}

/** What can be clicked in a dialog: each place stands for a key. */
export function dialogSpots(state: MenuState, dialog: Dialog): HotSpot[] {
  const { top } = placeOf(state, dialog, boxOf(state, dialog))
  const row = top + 1
  if (dialog.kind !== 'exit') return []
  let from = TEXT_COLUMN
  return EXIT_BUTTONS.map(({ name, key }) => {
    const spot: HotSpot = { kind: 'key', row, from, to: from + name.length + 2, key }
    from = spot.to + 2
    return spot
  })
}

/** Where the text of a box begins. */
const TEXT_COLUMN = 4

const EXIT_BUTTONS = [
  { name: '<Save>', key: 'y' },
  { name: '<Leave without>', key: 'n' },
  { name: '<Stay>', key: 'escape' },
] as const

const run = (text: string, style: Style = 'plain'): Run => ({ text, style })

function boxOf(state: MenuState, dialog: Dialog): Box {
  switch (dialog.kind) {
    case 'text': {
      const lines = wrapped(state, dialog.lines)
      return {
        title: dialog.title,
        body: lines.slice(dialog.scroll).map((text) => run(text)),
        hint: 'Up/Down scroll, Esc closes',
      }
    }
    case 'search':
      return searchBox(state, dialog)
    case 'value': {
      const { symbol, prompt } = dialog.node
      const edit = typed(state, dialog.line)
      return {
        title: prompt?.text ?? symbol?.name ?? '',
        body: [
          run(`${symbol?.name ?? ''} (${symbol?.type ?? ''})`, 'dim'),
          run(edit.text, 'selected'),
          run(dialog.error ?? '', 'error'),
        ],
        hint: 'Enter sets, Esc leaves it, F1 help',
        typing: { line: 1, column: edit.column },
      }
    }
    case 'file': {
      const edit = typed(state, dialog.line)
      return {
        title: dialog.action === 'save' ? 'Save to' : 'Load from',
        body: [run(edit.text, 'selected')],
        hint: `Enter ${dialog.action}s, Esc leaves it`,
        typing: { line: 0, column: edit.column },
      }
    }
    case 'breaks':
      return breaksBox(state, dialog)
    case 'exit':
      return exitBox(state, dialog)
  }
}

function breaksBox(state: MenuState, { symbol, breaks }: Dialog & { kind: 'breaks' }): Box {
  const lines = (broken: Broken): string[] => broken.lines.map((line) => `  ${line}`)
  const text = (all: readonly string[]): Run[] => wrapped(state, all).map((line) => run(line, 'error'))
  const name = symbol.name || 'the choice'
  const [first] = breaks
  if (first !== undefined && breaks.length === 1 && first.name === symbol.name)
    return {
      title: `Switch off ${name}?`,
      body: [run('The app needs it. Without it:'), ...text(lines(first))],
      hint: 'y switches it off, Esc leaves it on',
    }
  return {
    title: `Change ${name}?`,
    body: breaks.flatMap((broken) => [
      run(`This switches off ${broken.name}, which the app needs. Without it:`),
      ...text(lines(broken)),
    ]),
    hint: 'y changes it, Esc leaves it',
  }
}

function insideWidth(state: MenuState): number {
  return state.columns - 8
}

/** The lines of a text as they are shown. */
export function wrapped(state: MenuState, lines: readonly string[]): string[] {
  return lines.flatMap((line) => wrap(line.replaceAll('\t', '    '), insideWidth(state)))
}

/** The part of a typed line that fits, around the cursor. */
function typed(state: MenuState, { text, cursor }: LineEdit): { text: string; column: number } {
  const width = insideWidth(state) - 1
  const from = Math.max(0, cursor - width)
  const shown = text.slice(from, from + width + 1)
  return { text: shown, column: textWidth(text.slice(from, cursor)) }
}

function searchBox(state: MenuState, dialog: Dialog & { kind: 'search' }): Box {
  const edit = typed(state, dialog.line)
  const matches = searchTree(state.config, dialog.line.text)
  const height = dialogHeight(state) - 2
  const first = Math.max(0, Math.min(dialog.selected - (height >> 1), matches.length - height))
  const results = matches.slice(first, first + height).map(({ node, line }, i): Run => {
    const name = node.symbol?.name ?? ''
    const value = node.symbol === undefined ? '' : `=${state.config.value(node.symbol)}`
    const where = pathOf(state, node)
    const text = `${name}${value}  ${node.prompt?.text ?? '(no prompt)'}${where === '' ? '' : `  [${where}]`}${line === undefined ? '' : `  "${line}"`}`
    return run(text, first + i === dialog.selected ? 'selected' : 'plain')
  })
  const status =
    dialog.line.text.trim() === ''
      ? 'Type a name, a prompt, or words of a help text'
      : `${matches.length} found`
  return {
    title: 'Search',
    body: [run(edit.text, 'selected'), run(status, 'dim'), ...results],
    hint: 'Enter goes there, F1 help, Esc closes',
    typing: { line: 0, column: edit.column },
  }
}

function exitBox(state: MenuState, dialog: Dialog & { kind: 'exit' }): Box {
  const buttons = EXIT_BUTTONS.map(({ name }, i) => (i === dialog.button ? `>${name}<` : ` ${name} `)).join(
    '  ',
  )
  const changes = changeLines(state.saved, state.config)
  return {
    title: 'Save the configuration?',
    body: [
      run(buttons, 'pressed'),
      run(
        `${changes.length === 1 ? '1 value differs' : `${changes.length} values differ`} from ${state.file}:`,
        'dim',
      ),
      ...changes.slice(dialog.scroll).map((line) => run(line)),
    ],
    hint: 'y saves, n leaves without, Esc stays',
  }
}
