import type { Worker } from 'node:worker_threads'
import { fail, InvariantError, ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import { memoryTooLarge, runnerWithoutArch } from '../diagnostics.ts'
import type { Machine, MachineEvents } from '../machine.ts'
import type { Runner, RunRequest } from '../request.ts'
import { runSession } from '../session.ts'
import type { FromWorker, Question, ToWorker, WorkerStart } from './protocol.ts'
import { startWorker } from './worker-file.ts'

/** v86 panics with 2 GiB and above. */
const memoryBytesMax = 2047 * 2 ** 20

/** The runner that npm brings along: i386 on one processor, in a worker thread of this process. */
export const v86Runner: Runner = {
  name: 'v86',
  run: async (request) => {
    if (request.arch !== 'i386') return fail(runnerWithoutArch('v86', request.arch))
    if (request.memoryBytes > memoryBytesMax)
      return fail(memoryTooLarge('v86', memoryBytesMax, request.memoryBytes))
    return runSession(request, startMachine)
  },
}

async function startMachine(
  request: RunRequest,
  image: Uint8Array,
  commandLine: string,
  events: MachineEvents,
): Promise<Result<Machine>> {
  const workerData: WorkerStart = {
    image,
    memoryBytes: request.memoryBytes,
    commandLine,
    net: request.net,
    measured: request.measurement !== undefined,
    allowConnect: request.allowConnect ?? [],
    ...(request.wire ? { wire: request.wire } : {}),
  }
  const worker = await startWorker({ workerData, stdout: true, stderr: true })
  return attach(worker, events)
}

/** Resolves with the machine when the worker is ready, or with the failure that it reported instead. */
function attach(worker: Worker, events: MachineEvents): Promise<Result<Machine>> {
  const answers = new Map<number, (value: unknown) => void>()
  let asked = 0
  let stopped = false
  const tell = (message: ToWorker): void => worker.postMessage(message)
  const ask = <T>(question: Question): Promise<T> =>
    new Promise((resolve) => {
      answers.set(++asked, resolve as (value: unknown) => void)
      tell({ kind: 'ask', id: asked, question })
    })
  const stop = async (): Promise<void> => {
    stopped = true
    await worker.terminate()
  }
  const machine: Machine = {
    sendConsole: (bytes) => ask({ kind: 'input', bytes }),
    openPort: (forward) => ask({ kind: 'open-port', forward }),
    closePort: (protocol, guestPort) => ask({ kind: 'close-port', protocol, guestPort }),
    readMemory: (address, byteCount) => ask({ kind: 'read-memory', address, byteCount }),
    stop,
  }
  return new Promise((resolve, reject) => {
    worker.on('message', (message: FromWorker) => {
      if (stopped) return
      switch (message.kind) {
        case 'ready':
          return resolve(ok(machine))
        case 'problems':
          return void stop().then(() => resolve(fail(...message.problems)))
        case 'console': {
          const taken = Promise.resolve(events.onConsole(message.bytes))
          return void taken.then(() => tell({ kind: 'console-taken', byteCount: message.bytes.length }))
        }
        case 'link':
          return events.onLink(message.bytes)
        case 'notice':
          return events.onNotice(message.text)
        case 'answer':
          answers.get(message.id)?.(message.value)
          return void answers.delete(message.id)
        case 'end':
          return events.onEnd(message.end)
      }
    })
    worker.on('error', (error) => {
      if (stopped) return
      reject(brokenWorker(error)) // nothing happens when it was ready before
      events.onEnd({ kind: 'fault', reason: brokenWorker(error).message })
    })
  })
}

function brokenWorker(error: unknown): InvariantError {
  return new InvariantError(
    `the v86 worker failed: ${error instanceof Error ? error.message : String(error)}`,
  )
}
