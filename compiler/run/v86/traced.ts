import { fail, ok } from '../../diag/index.ts'
import { renderCommandLine } from '../command-line.ts'
import { runnerWithoutArch } from '../diagnostics.ts'
import { loadImage } from '../image-file.ts'
import type { StartTraced, TracePause } from '../traced/machine.ts'
import type { FromWorker, ToWorker, WorkerStart } from './protocol.ts'
import { startWorker } from './worker-file.ts'

/** Starts a traced machine on v86, i386 only: time, randomness and network are functions of the instructions that ran. */
export const startTracedV86: StartTraced = async (request) => {
  if (request.arch !== 'i386') return fail(runnerWithoutArch('v86', request.arch))
  const image = loadImage(request.image, request.arch, request.memoryBytes)
  if (!image.ok) return image
  const { snapshot } = request.points
  const workerData: WorkerStart = {
    image: image.value,
    memoryBytes: request.memoryBytes,
    commandLine: renderCommandLine({}),
    net: request.net,
    measured: true,
    allowConnect: [],
    traced: { snapshot: { at: Number(BigInt.asUintN(32, snapshot.at)), read: snapshot.read } },
  }
  const worker = await startWorker({ workerData, stdout: true, stderr: true })
  const tell = (message: ToWorker): void => worker.postMessage(message)
  const answers = new Map<number, (value: unknown) => void>()
  let asked = 0
  let memory: readonly Uint8Array[] | undefined
  let over: TracePause | undefined
  let paused: ((pause: TracePause) => void) | undefined
  const pause = (one: TracePause): void => {
    if (one.kind !== 'idle' && one.kind !== 'asleep') over ??= one
    paused?.(one)
    paused = undefined
  }
  const interrupt = (): void => pause({ kind: 'interrupted' })
  request.signal?.addEventListener('abort', interrupt)
  const ready = new Promise<void>((resolve) => {
    worker.on('message', (message: FromWorker) => {
      switch (message.kind) {
        case 'ready':
          return resolve()
        case 'console':
          request.onConsole(message.bytes)
          return tell({ kind: 'console-taken', byteCount: message.bytes.length })
        case 'link':
          return request.onLink(message.bytes)
        case 'trace':
          return over ? undefined : request.onTrace(message.addresses)
        case 'snapshot':
          return void (memory = message.memory)
        case 'idle':
          return pause({ kind: 'idle', frames: message.frames })
        case 'asleep':
          return pause({ kind: 'asleep' })
        case 'answer':
          answers.get(message.id)?.(message.value)
          return void answers.delete(message.id)
        case 'end':
          return pause(
            message.end.kind === 'trigger' ? { kind: 'end' } : { kind: 'fault', reason: message.end.reason },
          )
        case 'notice':
        case 'problems':
          return undefined
      }
    })
    worker.on('error', (error: unknown) => {
      pause({ kind: 'fault', reason: error instanceof Error ? error.message : String(error) })
      resolve()
    })
  })
  await ready
  return ok({
    runner: 'v86',
    snapshot: () => memory,
    readMemory: (address, byteCount) =>
      new Promise((resolve) => {
        answers.set(++asked, resolve as (value: unknown) => void)
        tell({ kind: 'ask', id: asked, question: { kind: 'read-memory', address, byteCount } })
      }),
    resume: async (frames = []) => {
      if (request.signal?.aborted) return { kind: 'interrupted' }
      if (over) return over
      return new Promise((resolve) => {
        paused = resolve
        tell({ kind: 'resume', frames })
      })
    },
    stop: async () => {
      request.signal?.removeEventListener('abort', interrupt)
      await worker.terminate()
    },
  })
}
