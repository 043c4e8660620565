/** The conf front's world as Node has it. Everything is synchronous: conf does one thing after the other. */
import * as fs from 'node:fs'
import { isatty } from 'node:tty'
import { expandGlob } from './glob.ts'
import type { ConfIo } from './io.ts'
import { ShellPool } from './shell-pool.ts'

const CHUNK = 1 << 16

export function nodeIo(name: string): ConfIo {
  const output = new BufferedOutput()
  const input = new LineInput()
  const shells = new ShellPool()
  return {
    name,
    env: environment(),
    isInteractive: isatty(0) && isatty(1),
    out: (text) => output.write(text),
    err(text) {
      output.flush()
      writeAll(2, text)
    },
    readLine() {
      output.flush()
      return Promise.resolve(input.readLine())
    },
    readFile(path) {
      try {
        // Node reads UTF-8 fastest; it is the same as bytes while there is nothing but ASCII.
        const text = fs.readFileSync(asUtf8(path), 'utf8')
        return isAscii(text) ? text : fs.readFileSync(asUtf8(path), 'latin1')
      } catch {
        return undefined
      }
    },
    writeFile: (path, text) => fs.writeFileSync(asUtf8(path), text, 'latin1'),
    touch: (path) => fs.closeSync(fs.openSync(asUtf8(path), 'w', 0o644)),
    rename: (from, to) => fs.renameSync(asUtf8(from), asUtf8(to)),
    isDirectory: (path) => fs.statSync(asUtf8(path), { throwIfNoEntry: false })?.isDirectory() ?? false,
    exists: (path) => fs.existsSync(asUtf8(path)),
    makeDirectory: (path) => void fs.mkdirSync(asUtf8(path), { recursive: true }),
    glob: (pattern) => expandGlob(pattern, listDirectory),
    startShell(command) {
      output.flush()
      return shells.start(command)
    },
    entropy: () => (Date.now() * 1000 + Math.floor(performance.now() * 1000)) | 0,
    flush: () => output.flush(),
  }
}

const isAscii = (text: string): boolean => !/[^\x00-\x7f]/.test(text)

/** Names go to the system as text, files as bytes. */
const asUtf8 = (bytes: string): string =>
  isAscii(bytes) ? bytes : Buffer.from(bytes, 'latin1').toString('utf8')

function environment(): Record<string, string> {
  const env: Record<string, string> = {}
  for (const [name, value] of Object.entries(process.env))
    if (value !== undefined) env[name] = Buffer.from(value, 'utf8').toString('latin1')
  return env
}

function listDirectory(directory: string): string[] {
  try {
    return fs.readdirSync(directory === '' ? '.' : directory)
  } catch {
    return []
  }
}

function writeAll(fd: number, text: string): void {
  const bytes = Buffer.from(text, 'latin1')
  for (let at = 0; at < bytes.length;) {
    try {
      at += fs.writeSync(fd, bytes, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      pause()
    }
  }
}

/** Waits a moment for a stream that is not ready. */
function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
}

class BufferedOutput {
  #parts: string[] = []

  write(text: string): void {
    this.#parts.push(text)
  }

  flush(): void {
    if (this.#parts.length === 0) return
    const text = this.#parts.join('')
    this.#parts = []
    writeAll(1, text)
  }
}

class LineInput {
  #pending = ''
  #ended = false

  readLine(): string | undefined {
    for (;;) {
      const newline = this.#pending.indexOf('\n')
      if (newline >= 0 || (this.#ended && this.#pending !== '')) {
        const end = newline >= 0 ? newline + 1 : this.#pending.length
        const line = this.#pending.slice(0, end)
        this.#pending = this.#pending.slice(end)
        return line
      }
      if (this.#ended) return undefined
      this.#fill()
    }
  }

  #fill(): void {
    const bytes = Buffer.alloc(CHUNK)
    try {
      const count = fs.readSync(0, bytes)
      if (count === 0) this.#ended = true
      this.#pending += bytes.toString('latin1', 0, count)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      if (code === 'EAGAIN') pause()
      else this.#ended = true
    }
  }
}

/**
 * Takes what still waits in a pipe on standard input. Whoever feeds answers blindly until this program ends, as the
 * kernel's tests do, would otherwise be stuck on a full pipe and then meet a closed one.
 */
export function drainInput(): void {
  try {
    if (!fs.fstatSync(0).isFIFO()) return
    const fd = fs.openSync('/proc/self/fd/0', fs.constants.O_RDONLY | fs.constants.O_NONBLOCK)
    const bytes = Buffer.alloc(CHUNK)
    while (fs.readSync(fd, bytes) > 0);
    fs.closeSync(fd)
  } catch {
    // Nothing more to take, or a system without /proc: both are fine.
  }
}
