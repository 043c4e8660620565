import { FitAddon } from '@xterm/addon-fit'
import { Terminal } from '@xterm/xterm'
import { byId } from './dom.ts'

export interface Console {
  /** Resolves when the bytes are on the screen: a flood of output is held back where it comes from. */
  readonly write: (bytes: Uint8Array) => Promise<void>
  readonly clear: () => void
  readonly focus: () => void
  /** What is typed from now on; ends when `signal` is aborted. */
  readonly input: (signal: AbortSignal) => AsyncIterable<Uint8Array>
}

const themes = {
  light: { background: '#ffffff', foreground: '#1f2328', cursor: '#1f2328', selectionBackground: '#b9d3f7' },
  dark: { background: '#1d2024', foreground: '#e4e6e8', cursor: '#e4e6e8', selectionBackground: '#3d5a80' },
}

/** The guest's serial console in xterm.js. `onLeave` is for F6, by which the keyboard gets out of it. */
export function openConsole(onLeave: () => void): Console {
  const dark = matchMedia('(prefers-color-scheme: dark)')
  const theme = (): typeof themes.light => (dark.matches ? themes.dark : themes.light)
  const terminal = new Terminal({
    convertEol: true,
    scrollback: 10_000,
    fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: 12.5,
    theme: theme(),
  })
  const fit = new FitAddon()
  terminal.loadAddon(fit)
  terminal.open(byId('console'))
  terminal.attachCustomKeyEventHandler((event) => {
    if (event.key !== 'F6') return true
    if (event.type === 'keydown') {
      event.preventDefault()
      onLeave()
    }
    return false
  })
  dark.addEventListener('change', () => (terminal.options.theme = theme()))
  new ResizeObserver(() => {
    if (byId('console').clientWidth > 0) fit.fit()
  }).observe(byId('console'))

  const encoder = new TextEncoder()
  return {
    write: (bytes) => new Promise((resolve) => terminal.write(bytes, resolve)),
    clear: () => terminal.reset(),
    focus: () => terminal.focus(),
    input: async function* (signal) {
      const queue: Uint8Array[] = []
      let wake = (): void => {}
      const put = (bytes: Uint8Array): void => {
        queue.push(bytes)
        wake()
      }
      const listeners = [
        terminal.onData((text) => put(encoder.encode(text))),
        terminal.onBinary((text) => put(Uint8Array.from(text, (char) => char.charCodeAt(0)))),
      ]
      signal.addEventListener('abort', () => wake())
      try {
        while (!signal.aborted) {
          const bytes = queue.shift()
          if (bytes !== undefined) yield bytes
          else await new Promise<void>((resolve) => (wake = resolve))
        }
      } finally {
        for (const listener of listeners) listener.dispose()
      }
    },
  }
}
