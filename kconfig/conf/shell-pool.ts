/**
 * Runs the commands of `$(shell,...)` while the tree is being read, as many at a time as KCONFIG_SHELL_JOBS says: by
 * default one for each processor, at most four. With 1 they run strictly one after the other, in the order of the tree.
 */
import { randomUUID } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { MessageChannel, receiveMessageOnPort, Worker, type MessagePort } from 'node:worker_threads'

const JOBS_MAX = 4

/**
 * What the other thread does: keeps shells that run `sh -c` for one command after the other, and posts each output. A small
 * shell forks much faster than a process as large as Node. The commands see the standard input that this program has.
 */
const THREAD = String.raw`
const { workerData: { port, signal, mark, jobs } } = require('node:worker_threads')
const { spawn } = require('node:child_process')

const queue = []
const idle = []
let shells = 0

const post = (id, text) => {
  port.postMessage([id, text])
  Atomics.add(signal, 0, 1)
  Atomics.notify(signal, 0)
}

const feed = () => {
  if (queue.length > 0 && idle.length === 0 && shells < jobs) start()
  while (queue.length > 0 && idle.length > 0) idle.pop()(...queue.shift())
}

const start = () => {
  shells++
  const shell = spawn('/bin/sh', [], { stdio: ['pipe', 'pipe', 2, 0] })
  let current
  let output = ''
  const run = (id, command) => {
    current = id
    const quoted = "'" + command.replaceAll("'", "'\\''") + "'"
    shell.stdin.write('/bin/sh -c ' + quoted + ' <&3 3<&-\nprintf %s ' + mark + '\n')
  }
  const end = () => {
    const text = output.slice(0, -mark.length)
    output = ''
    post(current, text)
    current = undefined
    idle.push(run)
    feed()
  }
  shell.stdout.setEncoding('latin1')
  shell.stdout.on('data', (data) => {
    output += data
    if (output.endsWith(mark)) end()
  })
  shell.stdin.on('error', () => {})
  shell.on('error', () => {
    if (current !== undefined) post(current, '')
    while (queue.length > 0) post(queue.shift()[0], '')
  })
  idle.push(run)
}

port.on('message', (message) => {
  queue.push(message)
  feed()
})
`

interface Thread {
  readonly port: MessagePort
  /** Counts the outputs it has posted. */
  readonly signal: Int32Array
}

export class ShellPool {
  readonly #outputs = new Map<number, string>()
  #thread: Thread | undefined
  #started = 0

  /** Begins a command, given as bytes. The function returned waits for its output. */
  start(command: string): () => string {
    const id = this.#started++
    const thread = (this.#thread ??= startThread())
    thread.port.postMessage([id, Buffer.from(command, 'latin1').toString('utf8')])
    return () => this.#wait(thread, id)
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

function startThread(): Thread {
  const { port1, port2 } = new MessageChannel()
  const signal = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: { port: port2, signal, mark: `end-${randomUUID()}`, jobs: jobs() },
    transferList: [port2],
  })
  worker.unref()
  port1.unref()
  return { port: port1, signal }
}

function jobs(): number {
  const given = Number(process.env['KCONFIG_SHELL_JOBS'])
  return Number.isInteger(given) && given > 0 ? given : Math.min(JOBS_MAX, availableParallelism())
}
