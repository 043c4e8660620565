import { spawn } from 'node:child_process'
import type { Duplex, Readable } from 'node:stream'

/** A QEMU that runs, with our ends of its sockets. */
export interface QemuProcess {
  readonly console: Duplex
  readonly link: Duplex
  readonly qmp: Duplex
  readonly frames: Duplex
  /** Resolves with the exit status (null after a signal) and what it wrote on stderr. */
  readonly ended: Promise<{ readonly status: number | null; readonly complaint: string }>
  /** Ends QEMU and its watcher at once. */
  readonly kill: () => void
}

/**
 * Runs "$@" and ends it when descriptor 3 reports end of file: the other end is held by azbuild alone, so that QEMU
 * does not outlive it, however azbuild dies.
 */
const watchScript = `
"$@" 3<&- </dev/null & child=$!
{ read -r _ <&3; kill -KILL $child; } 4<&- 5<&- 6<&- 7<&- >/dev/null 2>&1 & watcher=$!
exec 3<&- 4<&- 5<&- 6<&- 7<&-
wait $child; status=$?
kill $watcher 2>/dev/null
exit $status
`

/** Starts QEMU in a process group of its own, so that a Ctrl-C of the terminal reaches azbuild alone. */
export function startQemu(program: string, args: readonly string[], cwd: string): QemuProcess {
  const child = spawn('/bin/sh', ['-c', watchScript, 'azbuild-qemu', program, ...args], {
    cwd,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
  })
  let complaint = ''
  for (const stream of [child.stdout!, child.stderr!] as readonly Readable[]) {
    stream.setEncoding('utf8').on('data', (text: string) => (complaint = (complaint + text).slice(-4096)))
  }
  const [lifeline, console, link, qmp, frames] = child.stdio.slice(3) as unknown as [
    Duplex,
    Duplex,
    Duplex,
    Duplex,
    Duplex,
  ]
  for (const stream of [lifeline, console, link, frames]) stream.on('error', () => {}) // QEMU may end at any time
  const ended = new Promise<{ status: number | null; complaint: string }>((resolve, reject) => {
    child.on('error', reject)
    const said = new Promise((done) => child.stderr!.once('close', done))
    child.on('exit', (status) => {
      lifeline.destroy()
      void said.then(() => resolve({ status, complaint: complaint.trim() }))
    })
  })
  return {
    console,
    link,
    qmp,
    frames,
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
