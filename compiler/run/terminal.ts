import type { ReadStream } from 'node:tty'

/** Ctrl-C, as a terminal in raw mode sends it. */
const interruptByte = 0x03

export interface TerminalInput {
  /** What `RunRequest.input` takes. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** Whether it is a terminal, now in raw mode: `RunRequest.terminal`. */
  readonly terminal: boolean
  /** Restores the terminal and stops reading. Also done when the process exits. Idempotent. */
  readonly close: () => void
}

/**
 * Our standard input for a guest. A terminal goes into raw mode: keys reach the guest one by one, which edits and
 * echoes lines itself, but Ctrl-C ends the run through `onInterrupt`. Anything else is passed on as it is, to its end.
 */
export function openTerminal(stdin: NodeJS.ReadStream | ReadStream, onInterrupt: () => void): TerminalInput {
  const terminal = stdin.isTTY === true
  let open = true
  const close = (): void => {
    if (!open) return
    open = false
    if (terminal) stdin.setRawMode(false)
    process.off('exit', close)
    stdin.destroy()
  }
  process.on('exit', close)
  if (!terminal) return { bytes: stdin, terminal, close }
  stdin.setRawMode(true)
  return { bytes: untilInterrupt(stdin, onInterrupt), terminal, close }
}

/** Looks at every key as it comes, so that Ctrl-C works although the guest reads nothing. */
async function* untilInterrupt(
  stdin: NodeJS.ReadableStream,
  onInterrupt: () => void,
): AsyncGenerator<Uint8Array> {
  const queue: Uint8Array[] = []
  let ended = false
  let wake = (): void => {}
  stdin.on('data', (bytes: Uint8Array) => {
    const at = bytes.indexOf(interruptByte)
    queue.push(at < 0 ? bytes : bytes.subarray(0, at))
    if (at >= 0) onInterrupt()
    wake()
  })
  const onEnd = (): void => {
    ended = true
    wake()
  }
  stdin.on('end', onEnd)
  stdin.on('close', onEnd)
  while (!ended || queue.length > 0) {
    const bytes = queue.shift()
    if (bytes !== undefined) yield bytes
    else await new Promise<void>((resolve) => (wake = resolve))
  }
}
