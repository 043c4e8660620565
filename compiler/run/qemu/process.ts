import { spawn } from 'node:child_process'
import type { Duplex, Readable, Writable } from 'node:stream'
import { qemuDescriptors } from './command.ts'

/** A QEMU that runs, with our ends of its sockets. */
export interface QemuProcess {
  /**
   * What the guest prints, and what it is to read: two sockets, because one that ends with input unread is an error to our end,
   * and an error drops what was still to be read from it.
   */
  readonly consoleOutput: Readable
  readonly consoleInput: Writable
  readonly link: Duplex
  readonly qmp: Duplex
  readonly frames: Duplex
  readonly gdb: Duplex
  /** Resolves with the exit status (null after a signal) and what it wrote on stderr. */
  readonly ended: Promise<{ readonly status: number | null; readonly complaint: string }>
  /** Ends QEMU and its watcher at once. */
  readonly kill: () => void
}

/**
 * Runs "$@" and ends it when descriptor 3 reports end of file: the other end is held by azbuild alone, so that QEMU
 * does not outlive it, however azbuild dies.
 */
const { consoleOutput, link, qmp, consoleInput, frames, gdb } = qemuDescriptors
const all = Object.values(qemuDescriptors)
  .map((descriptor) => `${descriptor}<&-`)
  .join(' ')
const watchScript = `
"$@" <&${consoleInput} >&${consoleOutput} 3<&- ${consoleInput}<&- ${consoleOutput}<&- & child=$!
{ read -r _ <&3; kill -KILL $child; } ${all} >/dev/null 2>&1 & watcher=$!
exec 3<&- ${all}
wait $child; status=$?
kill $watcher 2>/dev/null
exit $status
`

/** Starts QEMU in a process group of its own, so that a Ctrl-C of the terminal reaches azbuild alone. */
export function startQemu(program: string, args: readonly string[], cwd: string): QemuProcess {
  const child = spawn('/bin/sh', ['-c', watchScript, 'azbuild-qemu', program, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', ...Array<'pipe'>(9).fill('pipe')],
  })
  let complaint = ''
  for (const stream of [child.stdout!, child.stderr!] as readonly Readable[]) {
    stream.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4096)))
  }
  const sockets = child.stdio as unknown as readonly Duplex[]
  const lifeline = sockets[3]!
  for (const stream of sockets.slice(3)) stream.on('error', () => {}) // QEMU may end at any time
  const ended = new Promise<{ status: number | null; complaint: string }>((resolve, reject) => {
    child.on('error', reject)
    const said = new Promise((done) => child.stderr!.once('close', done))
    child.on('exit', (status) => {
      lifeline.destroy()
      void said.then(() => resolve({ status, complaint: complaint.trim() }))
    })
  })
  return {
    consoleOutput: sockets[consoleOutput]!,
    consoleInput: sockets[consoleInput]!,
    link: sockets[link]!,
    qmp: sockets[qmp]!,
    frames: sockets[frames]!,
    gdb: sockets[gdb]!,
    ended,
    kill: () => {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // it has ended already
      }
    },
  }
}
