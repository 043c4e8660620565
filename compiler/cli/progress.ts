/** A step of work with how much of it is done. */
export interface Step {
  readonly text: string
  readonly done?: number
  readonly total?: number
}

interface Terminal {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/**
 * One line that says what is going on: redrawn in place on a terminal; elsewhere a line at the start of each step, so that a
 * log shows what took long.
 */
export function progressLine(terminal: Terminal): { show(step: Step): void; clear(): void } {
  let shown = ''
  let last = ''
  const clear = (): void => {
    if (shown !== '') terminal.write('\r\u001b[K')
    shown = ''
  }
  return {
    clear,
    show: ({ text, done, total }) => {
      if (!terminal.isTTY) {
        if (text !== last) terminal.write(`azbuild: ${text}\n`)
        last = text
        return
      }
      const count = total === undefined ? '' : ` ${done}/${total}`
      const line = `${text}${count}`.slice(0, (terminal.columns ?? 80) - 1)
      if (line === shown) return
      terminal.write(`\r${line}\u001b[K`)
      shown = line
    },
  }
}
