import { fail, InvariantError, ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import type { Machine, MachineEvents } from '../machine.ts'
import type { FromWorker, Question, ToWorker } from './protocol.ts'

/** A thread of Node or a worker of a browser that holds a machine (`hostMachine`). */
export interface MachineWorker {
  readonly post: (message: ToWorker) => void
  readonly onMessage: (take: (message: FromWorker) => void) => void
  readonly onError: (take: (error: unknown) => void) => void
  readonly terminate: () => Promise<void>
}

/** Resolves with the machine when the worker is ready, or with the failure that it reported instead. */
export function attachMachine(worker: MachineWorker, events: MachineEvents): Promise<Result<Machine>> {
  const answers = new Map<number, (value: unknown) => void>()
  let asked = 0
  let stopped = false
  const tell = (message: ToWorker): void => worker.post(message)
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
    worker.onMessage((message) => {
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
    worker.onError((error) => {
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
