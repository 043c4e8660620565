/** Menuconfig in a terminal: keys in, screens out. The only file that knows terminal-kit. */
import terminalKit, { type Attributes, type MouseData, type ScreenBuffer } from 'terminal-kit'
import { drawMenu, type Screen, type Style } from '../menu/screen.ts'
import { fulfil, type MenuFiles } from '../menu/session.ts'
import { startMenu, type Input, type MenuOptions, type MenuState } from '../menu/state.ts'
import { textWidth } from '../menu/text.ts'
import { update } from '../menu/update.ts'

const COLOURS: Readonly<Record<Style, Attributes>> = {
  plain: {},
  title: { color: 'black', bgColor: 'cyan' },
  path: { color: 'cyan' },
  selected: { color: 'black', bgColor: 'white' },
  mark: { color: 'green' },
  dim: { dim: true },
  new: { bold: true },
  why: { color: 'yellow' },
  button: {},
  pressed: { color: 'black', bgColor: 'cyan' },
  notice: { color: 'yellow', bold: true },
  box: { color: 'cyan' },
  error: { color: 'red' },
}

/** Without colours, what is selected still has to stand out. */
const PLAIN: Readonly<Partial<Record<Style, Attributes>>> = {
  title: { inverse: true },
  selected: { inverse: true },
  pressed: { inverse: true },
  new: { bold: true },
  notice: { bold: true },
}

/** terminal-kit's names of keys, where they are not those of the state machine. */
const KEYS: Readonly<Record<string, string>> = {
  ...{
    UP: 'up',
    DOWN: 'down',
    LEFT: 'left',
    RIGHT: 'right',
    ENTER: 'enter',
    KP_ENTER: 'enter',
    ESCAPE: 'escape',
  },
  ...{
    TAB: 'tab',
    SHIFT_TAB: 'shift-tab',
    BACKSPACE: 'backspace',
    DELETE: 'delete',
    HOME: 'home',
    END: 'end',
  },
  ...{ PAGE_UP: 'pageup', PAGE_DOWN: 'pagedown', F1: 'f1', ' ': 'space' },
}

function keyNamed(name: string): string | undefined {
  if (Object.hasOwn(KEYS, name)) return KEYS[name]
  const [, letter] = /^CTRL_([A-Z])$/.exec(name) ?? []
  if (letter !== undefined) return letter === 'C' ? 'escape' : `ctrl-${letter.toLowerCase()}`
  return [...name].length === 1 ? name : undefined
}

/** Runs menuconfig until the user leaves; returns the last state. */
export async function runInTerminal(
  options: MenuOptions,
  files: MenuFiles,
  noColour: boolean,
): Promise<MenuState> {
  const { terminal } = terminalKit
  let state = startMenu({ ...options, columns: terminal.width, rows: terminal.height })
  let screen = new Painter(state, noColour)
  terminal.fullscreen(true)
  terminal.grabInput({ mouse: 'button' })
  screen.paint(drawMenu(state))
  return new Promise((resolve) => {
    const take = (input: Input): void => {
      state = fulfil(update(state, input), files)
      if (state.request?.kind === 'exit') {
        leave()
        return
      }
      if (input.kind === 'resize') screen = new Painter(state, noColour)
      screen.paint(drawMenu(state))
    }
    const onKey = (name: string): void => {
      const key = keyNamed(name)
      if (key !== undefined) take({ kind: 'key', key })
    }
    const onMouse = (name: string, { x, y }: MouseData): void => {
      const kind =
        name === 'MOUSE_LEFT_BUTTON_PRESSED'
          ? 'press'
          : name === 'MOUSE_WHEEL_UP'
            ? 'wheel-up'
            : name === 'MOUSE_WHEEL_DOWN'
              ? 'wheel-down'
              : undefined
      if (kind !== undefined) take({ kind, column: x - 1, row: y - 1 })
    }
    const onResize = (columns: number, rows: number): void => take({ kind: 'resize', columns, rows })
    const leave = (): void => {
      terminal.off('key', onKey)
      terminal.off('mouse', onMouse)
      terminal.off('resize', onResize)
      terminal.grabInput(false)
      terminal.styleReset()
      terminal.hideCursor(false)
      terminal.fullscreen(false)
      resolve(state)
    }
    terminal.on('key', onKey)
    terminal.on('mouse', onMouse)
    terminal.on('resize', onResize)
  })
}

/** Draws screens, sending only the cells that changed. */
class Painter {
  readonly #buffer: ScreenBuffer
  readonly #noColour: boolean
  #isFirst = true

  constructor({ columns, rows }: MenuState, noColour: boolean) {
    this.#buffer = new terminalKit.ScreenBuffer({ dst: terminalKit.terminal, width: columns, height: rows })
    this.#noColour = noColour
  }

  paint({ lines, cursor }: Screen): void {
    const { terminal } = terminalKit
    lines.forEach((line, y) => {
      let x = 0
      for (const { text, style } of line) {
        this.#buffer.put({ x, y, attr: this.#noColour ? (PLAIN[style] ?? {}) : COLOURS[style] }, text)
        x += textWidth(text)
      }
    })
    this.#buffer.draw({ delta: !this.#isFirst })
    this.#isFirst = false
    terminal.hideCursor(cursor === undefined)
    if (cursor !== undefined) terminal.moveTo(cursor.column + 1, cursor.row + 1)
  }
}
