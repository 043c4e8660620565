/** What the runner tells an image through its command line. */
export interface CommandLine {
  readonly env?: Readonly<Record<string, string>>
  readonly args?: readonly string[]
  /** Our end of the console is a terminal in raw mode: the guest edits and echoes lines. */
  readonly terminal?: boolean
}

/** The I/O port that takes the bytes of `host.link`: QEMU's isa-debugcon. */
export const linkPort = 0xe9
/** The I/O port that ends the machine: QEMU's isa-debug-exit. */
export const triggerPort = 0xf4

/**
 * The kernel's command line. The guest splits words at spaces; `"` groups, and `\` takes the next character as it is,
 * inside quotes too. The app's arguments follow the word `--`. No value may hold a NUL.
 */
export function renderCommandLine(line: CommandLine): string {
  const words = [`az.link=0x${linkPort.toString(16)}`, `az.exit=0x${triggerPort.toString(16)}`]
  if (line.terminal === true) words.push('az.tty=1')
  for (const [name, value] of Object.entries(line.env ?? {})) words.push(quoteWord(`az.env=${name}=${value}`))
  if (line.args !== undefined && line.args.length > 0) words.push('--', ...line.args.map(quoteWord))
  return words.join(' ')
}

/** The word as it must stand in a command line. */
export function quoteWord(word: string): string {
  const escaped = word.replace(/["\\]/g, '\\$&')
  return word === '' || /[\s]/.test(word) ? `"${escaped}"` : escaped
}

/** The words of a command line, by the guest's rules: the inverse of `renderCommandLine`. */
export function splitCommandLine(line: string): readonly string[] {
  const words: string[] = []
  let word: string | undefined
  let quoted = false
  for (let i = 0; i < line.length; i++) {
    const char = line[i]!
    if (char === ' ' && !quoted) {
      if (word !== undefined) words.push(word)
      word = undefined
      continue
    }
    word ??= ''
    if (char === '\\' && i + 1 < line.length) word += line[++i]!
    else if (char === '"') quoted = !quoted
    else word += char
  }
  if (word !== undefined) words.push(word)
  return words
}
