/**
 * Runs the commands of `$(shell,...)` on other threads while the tree is being read, as many at a time as
 * KCONFIG_SHELL_JOBS says: by default one for each processor, at most four. 1 keeps C conf's order strictly.
 */
import { spawnSync, type SpawnSyncOptionsWithStringEncoding } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'

const JOBS_MAX = 4

const SPAWN: SpawnSyncOptionsWithStringEncoding = {
  stdio: ['inherit', 'pipe', 'inherit'],
  encoding: 'latin1',
  maxBuffer: 1 << 24,
}

/** What a thread does: runs one command after the other, posts each output and counts it. */
const THREAD = `
const { workerData: { port, signal, options } } = require('node:worker_threads')
const { spawnSync } = require('node:child_process')
port.on('message', ([id, command]) => {
  port.postMessage([id, spawnSync('/bin/sh', ['-c', command], options).stdout ?? ''])
  Atomics.add(signal, 0, 1)
  Atomics.notify(signal, 0)
})
`

interface Thread {
  readonly port: MessagePort
  /** Counts the outputs it has posted. */
  readonly signal: Int32Array
}

export class ShellPool {
  readonly #threads: Thread[] = []
  readonly #outputs = new Map<number, string>()
  #started = 0

  /** Begins a command, given as bytes. The function returned waits for its output. */
  start(command: string): () => string {
    const text = Buffer.from(command, 'latin1').toString('utf8')
    const id = this.#started++
    const thread = this.#thread(id % jobs())
    thread.port.postMessage([id, text])
    return () => this.#wait(thread, id)
  }

  #thread(index: number): Thread {
    const known = this.#threads[index]
    if (known !== undefined) return known
    const { port1, port2 } = new MessageChannel()
    const signal = new Int32Array(new SharedArrayBuffer(4))
    const worker = new Worker(THREAD, {
      eval: true,
      workerData: { port: port2, signal, options: SPAWN },
      transferList: [port2],
    })
    worker.unref()
    port1.unref()
    const thread = { port: port1, signal }
    this.#threads.push(thread)
    return thread
  }

  #wait({ port, signal }: Thread, id: number): string {
    for (;;) {
      const count = Atomics.load(signal, 0)
      for (let received = receiveMessageOnPort(port); received; received = receiveMessageOnPort(port)) {
        const [done, output] = received.message as [number, string]
        this.#outputs.set(done, output)
      }
      const output = this.#outputs.get(id)
      if (output !== undefined) return output
      Atomics.wait(signal, 0, count)
    }
  }
}

function jobs(): number {
  const given = Number(process.env['KCONFIG_SHELL_JOBS'])
  return Number.isInteger(given) && given > 0 ? given : Math.min(JOBS_MAX, availableParallelism())
}

/** Runs a command here and now. */
export function runShell(command: string): string {
  return spawnSync('/bin/sh', ['-c', command], SPAWN).stdout ?? ''
}
