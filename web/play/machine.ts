import type {
  MachineDescription,
  RequestMessage,
  ResponseMessage,
} from '../../compiler/play/page/messages.ts'
import type { Result } from '../../compiler/diag/result.ts'
import type { RunEvent, RunOutcome } from '../../compiler/run/request.ts'
import { runSession } from '../../compiler/run/session.ts'
import { attachMachine } from '../../compiler/run/v86/attach-machine.ts'
import type { FromWorker } from '../../compiler/run/v86/protocol.ts'
import type { FromPlayWorker, PlayStart } from './worker-messages.ts'

export interface MachineOptions {
  readonly description: MachineDescription
  readonly image: Uint8Array
  readonly input: (signal: AbortSignal) => AsyncIterable<Uint8Array>
  readonly onConsole: (bytes: Uint8Array) => Promise<void>
  readonly onEvent: (event: RunEvent) => void
  readonly onInstructions: (instructions: number) => void
}

/** One boot of the image. */
export interface RunningMachine {
  /** Rejects when the machine could not be made. */
  readonly outcome: Promise<Result<RunOutcome>>
  readonly stop: () => void
  /** Hands a request for the guest to it, with the port for the response. */
  readonly request: (message: RequestMessage, port: MessagePort) => void
}

const urlOf = (path: string): string => new URL(path, document.baseURI).href

/** Boots the image in a worker, driven as `azbuild run` drives one in a thread. */
export function bootMachine(options: MachineOptions): RunningMachine {
  const { description } = options
  const worker = new Worker(urlOf('worker.js'))
  const stopping = new AbortController()
  const over = new AbortController()
  const ports = new Set<MessagePort>()
  let broken!: (error: Error) => void
  const brokenly = new Promise<never>((_, reject) => (broken = reject))

  const session = runSession(
    {
      image: `${description.name}.elf`,
      arch: 'i386',
      memoryBytes: description.memoryBytes,
      net: description.net,
      env: description.env,
      args: description.args,
      terminal: true,
      input: options.input(over.signal),
      onConsole: options.onConsole,
      onEvent: options.onEvent,
      signal: stopping.signal,
    },
    options.image,
    (request, image, commandLine, events) => {
      const start: PlayStart = {
        kind: 'start',
        library: urlOf('v86/libv86.mjs'),
        wasm: urlOf('v86/v86.wasm'),
        start: {
          image,
          memoryBytes: request.memoryBytes,
          commandLine,
          net: request.net,
          measured: false,
          allowConnect: [],
        },
      }
      const attached = attachMachine(
        {
          post: (message) => worker.postMessage(message),
          onMessage: (take) => {
            worker.onmessage = ({ data }: MessageEvent<FromWorker | FromPlayWorker>) => {
              if (data.kind === 'stats') options.onInstructions(data.instructions)
              else if (data.kind === 'broken') broken(new Error(data.message))
              else take(data)
            }
          },
          onError: (take) => {
            worker.onerror = (event) => {
              take(new Error(event.message || 'worker.js did not load'))
              broken(new Error(event.message || 'worker.js did not load'))
            }
          },
          terminate: async () => worker.terminate(),
        },
        events,
      )
      worker.postMessage(start)
      return attached
    },
  )
  const outcome = Promise.race([session, brokenly]).finally(() => {
    over.abort()
    worker.terminate()
    const gone: ResponseMessage = {
      kind: 'problem',
      message: 'The guest ended before it answered.',
      hint: 'Restart it, then try again.',
    }
    for (const port of ports) port.postMessage(gone)
  })
  return {
    outcome,
    stop: () => stopping.abort(),
    request: (message, port) => {
      if (over.signal.aborted) return refuseRequest(port)
      // Between the service worker and the guest we stand, so that a response ends also when the worker is no more.
      const { port1, port2 } = new MessageChannel()
      ports.add(port)
      port.onmessage = ({ data }) => port1.postMessage(data)
      port1.onmessage = ({ data }: MessageEvent<ResponseMessage>) => {
        port.postMessage(data, data.kind === 'body' ? [data.bytes.buffer] : [])
        if (data.kind === 'end' || data.kind === 'problem') ports.delete(port)
      }
      worker.postMessage(message, [port2])
    },
  }
}

/** Answers a request when no guest runs. */
export function refuseRequest(port: MessagePort): void {
  const message: ResponseMessage = {
    kind: 'problem',
    message: 'The guest is not running.',
    hint: 'Restart it, then try again.',
  }
  port.postMessage(message)
}
