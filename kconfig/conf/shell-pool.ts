/**
 * Runs the commands of `$(shell,...)` while the tree is being read, as many at a time as KCONFIG_SHELL_JOBS says: by
 * default one for each processor, at most four. With 1 they run strictly one after the other, in the order of the tree.
 *
 * A few shells stay and run `sh -c` for one command after the other: a small shell forks much faster than a process as
 * large as Node. This program talks to them through named pipes, which it can read without an event loop and without a
 * thread; their names are gone as soon as both ends are open. The commands see the standard input that this program has.
 */
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'

const JOBS_MAX = 4
/** How many commands a shell holds: enough to last while a file is read, few enough that no shell runs dry before others. */
const HELD_MAX = 6
/** A pipe takes 64 KiB before whoever writes has to wait, and nobody may wait here: the shell may be waiting, too. */
const HELD_BYTES_MAX = 1 << 15

interface Command {
  readonly id: number
  readonly text: string
  /** What the shell is told. */
  readonly script: Buffer
}

/** Two ends of each of a shell's pipes. */
interface Pipes {
  readonly toShell: number
  readonly shellInput: number
  readonly fromShell: number
  /** The same pipe as `fromShell`, but reading it fails when nothing is there. */
  readonly fromShellNow: number
  readonly shellOutput: number
}

interface Shell extends Pipes {
  /** Commands it was given and has not ended. */
  readonly held: Command[]
  output: string
}

export class ShellPool {
  readonly #outputs = new Map<number, string>()
  readonly #mark = `end-${randomUUID()}`
  readonly #shells: Shell[] = []
  readonly #backlog: Command[] = []
  /** Of shells that are not started yet; undefined before the first command. */
  #pipes: Pipes[] | undefined
  #started = 0

  /** Begins a command, given as bytes. The function returned waits for its output. */
  start(command: string): () => string {
    const id = this.#started++
    this.#pipes ??= makePipes(jobs())
    if (this.#pipes.length + this.#shells.length === 0) {
      this.#outputs.set(id, runAlone(command))
    } else {
      this.#backlog.push({ id, text: command, script: this.#script(command) })
      for (const shell of this.#shells) this.#receive(shell, shell.fromShellNow)
      this.#feed()
    }
    return () => this.#wait(id)
  }

  #wait(id: number): string {
    for (;;) {
      const output = this.#outputs.get(id)
      if (output !== undefined) return output
      this.#feed()
      const shell = this.#shells.find(({ held }) => held.some((command) => command.id === id))
      // Not given to a shell yet: one has to become free first.
      const next = shell ?? this.#shells.find(({ held }) => held.length > 0)
      if (next !== undefined) this.#receive(next, next.fromShell)
      else this.#outputs.set(id, runAlone(this.#takeBacklog(id)))
      for (const other of this.#shells) if (other !== next) this.#receive(other, other.fromShellNow)
    }
  }

  /** Only when no shell could be started. */
  #takeBacklog(id: number): string {
    const at = this.#backlog.findIndex((command) => command.id === id)
    return at < 0 ? '' : (this.#backlog.splice(at, 1)[0]?.text ?? '')
  }

  /** Gives waiting commands to the shells that hold least. */
  #feed(): void {
    for (let [command] = this.#backlog; command !== undefined; [command] = this.#backlog) {
      if (this.#shells.every(({ held }) => held.length > 0)) this.#startShell()
      const shell = this.#shells.reduce<Shell | undefined>(
        (least, each) => (least === undefined || each.held.length < least.held.length ? each : least),
        undefined,
      )
      if (shell === undefined || !hasRoom(shell, command)) return
      this.#backlog.shift()
      shell.held.push(command)
      writeWhole(shell.toShell, command.script)
    }
  }

  #script(command: string): Buffer {
    const quoted = `'${command.replaceAll("'", "'\\''")}'`
    // `sh` is its name in its own messages, as when C conf runs it.
    return Buffer.from(`/bin/sh -c ${quoted} sh <&3 3<&-\nprintf %s ${this.#mark}\n`, 'latin1')
  }

  #startShell(): void {
    const pipes = this.#pipes?.pop()
    if (pipes === undefined) return
    const shell = spawn('/bin/sh', [], { stdio: [pipes.shellInput, pipes.shellOutput, 2, 0] })
    shell.on('error', () => undefined)
    shell.unref()
    fs.closeSync(pipes.shellInput)
    fs.closeSync(pipes.shellOutput)
    if (shell.pid !== undefined) this.#shells.push({ ...pipes, held: [], output: '' })
  }

  /** Takes what a shell has printed. */
  #receive(shell: Shell, from: number): void {
    if (shell.held.length === 0) return
    const bytes = readSome(from)
    if (bytes === undefined) return
    shell.output += bytes
    for (let end = shell.output.indexOf(this.#mark); end >= 0; end = shell.output.indexOf(this.#mark)) {
      this.#end(shell, shell.output.slice(0, end))
      shell.output = shell.output.slice(end + this.#mark.length)
    }
    if (bytes !== '') return
    // A command has killed its shell: what was to come after it goes to another.
    this.#end(shell, shell.output)
    this.#backlog.unshift(...shell.held)
    this.#shells.splice(this.#shells.indexOf(shell), 1)
  }

  #end(shell: Shell, output: string): void {
    const command = shell.held.shift()
    if (command !== undefined) this.#outputs.set(command.id, output)
  }
}

function hasRoom({ held }: Shell, { script }: Command): boolean {
  const bytes = held.reduce((sum, command) => sum + command.script.length, script.length)
  return held.length < HELD_MAX && (held.length === 0 || bytes <= HELD_BYTES_MAX)
}

/** What there is to read, as bytes; empty at the end, undefined when it has to be waited for. */
function readSome(fd: number): string | undefined {
  try {
    return CHUNK.toString('latin1', 0, fs.readSync(fd, CHUNK))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EAGAIN') return undefined
    throw error
  }
}
const CHUNK = Buffer.allocUnsafe(1 << 16)

function writeWhole(fd: number, bytes: Buffer): void {
  try {
    for (let at = 0; at < bytes.length;) at += fs.writeSync(fd, bytes, at)
  } catch (error) {
    // The shell is gone; that its output ends says so, too.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE') throw error
  }
}

/** Pipes for so many shells; none on a system that has no named pipes. */
function makePipes(count: number): Pipes[] {
  const directory = fs.mkdtempSync(join(tmpdir(), 'kconfig-'))
  try {
    const names = Array.from({ length: 2 * count }, (_, i) => join(directory, String(i)))
    if (spawnSync('mkfifo', names).status !== 0) return []
    return Array.from({ length: count }, (_, i) => {
      const input = openPipe(names[2 * i] ?? '')
      const output = openPipe(names[2 * i + 1] ?? '')
      fs.closeSync(input.now)
      return {
        toShell: input.write,
        shellInput: input.read,
        fromShell: output.read,
        fromShellNow: output.now,
        shellOutput: output.write,
      }
    })
  } finally {
    fs.rmSync(directory, { recursive: true, force: true })
  }
}

/** Opens both ends. One that is open without waiting comes first, so that the others find somebody at the other end. */
function openPipe(path: string): { read: number; now: number; write: number } {
  const { O_RDONLY, O_WRONLY, O_NONBLOCK } = fs.constants
  const now = fs.openSync(path, O_RDONLY | O_NONBLOCK)
  const write = fs.openSync(path, O_WRONLY)
  return { now, write, read: fs.openSync(path, O_RDONLY) }
}

function runAlone(command: string): string {
  const text = Buffer.from(command, 'latin1').toString('utf8')
  const stdio = ['inherit', 'pipe', 'inherit'] as const
  return spawnSync('/bin/sh', ['-c', text, 'sh'], { stdio: [...stdio], encoding: 'latin1' }).stdout ?? ''
}

function jobs(): number {
  const given = Number(process.env['KCONFIG_SHELL_JOBS'])
  return Number.isInteger(given) && given > 0 ? given : Math.min(JOBS_MAX, availableParallelism())
}
