/**
 * Runs the commands of `$(shell,...)` on other threads while the tree is being read, as many at a time as
 * KCONFIG_SHELL_JOBS says: by default one for each processor, at most four. 1 keeps C conf's order strictly.
 */
import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'

const JOBS_MAX = 4

/**
 * What a thread does: feeds one shell that runs `sh -c` for each command, and posts each output. A small shell forks much
 * faster than a process as large as Node. The commands see the standard input that this program has.
 */
const THREAD = String.raw`
const { workerData: { port, signal, mark } } = require('node:worker_threads')
const { spawn } = require('node:child_process')
const shell = spawn('/bin/sh', [], { stdio: ['pipe', 'pipe', 2, 0] })
const waiting = []
let output = ''
const post = (text) => {
  port.postMessage([waiting.shift(), text])
  Atomics.add(signal, 0, 1)
  Atomics.notify(signal, 0)
}
shell.stdout.setEncoding('latin1')
shell.stdout.on('data', (data) => {
  output += data
  for (let end = output.indexOf(mark); end >= 0; end = output.indexOf(mark)) {
    const text = output.slice(0, end)
    output = output.slice(end + mark.length)
    post(text)
  }
})
shell.on('error', () => { while (waiting.length > 0) post('') })
shell.stdin.on('error', () => {})
port.on('message', ([id, command]) => {
  waiting.push(id)
  const quoted = "'" + command.replaceAll("'", "'\\''") + "'"
  shell.stdin.write('/bin/sh -c ' + quoted + ' <&3 3<&-\nprintf %s ' + mark + '\n')
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
      workerData: { port: port2, signal, mark: `end-${randomUUID()}` },
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
