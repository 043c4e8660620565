/**
 * The worker thread that holds one v86 machine with its network. v86 and the sockets share this thread's event loop,
 * so data passes between them without a copy through the main thread, which stays free for Ctrl-C and timeouts.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { fail, InvariantError } from '../../diag/index.ts'
import { linkPort, triggerPort } from '../command-line.ts'
import { portWithoutNetwork } from '../diagnostics.ts'
import { consoleInput, consoleOutput } from './console-port.ts'
import { createEmulator } from './emulator.ts'
import { attachNetwork } from './network-card.ts'
import type { V86Emulator } from './private-api.ts'
import type { FromWorker, Question, ToWorker, WorkerStart } from './protocol.ts'

const port = parentPort
if (port === null) throw new InvariantError('v86/worker runs in a worker thread only')
const send = (message: FromWorker): void => port.postMessage(message)

await main(workerData as WorkerStart)

async function main(start: WorkerStart): Promise<void> {
  let complaint = ''
  console.log = console.warn = () => {}
  console.error = (...words: unknown[]) => void (complaint = words.join(' '))

  const emulator = await createEmulator(start)
  const output = consoleOutput(
    (bytes) => send({ kind: 'console', bytes }),
    (held) => (held ? void emulator.stop() : emulator.run()),
  )
  const link = lineBuffer((bytes) => {
    output.flush() // what the guest printed before a record arrives before it
    send({ kind: 'link', bytes })
  })
  let ended = false
  const end = (message: FromWorker & { kind: 'end' }): void => {
    if (ended) return
    ended = true
    emulator.v86.stop()
    output.flush()
    link.flush()
    send(message)
  }
  const fault = (reason: string): void => end({ kind: 'end', end: { kind: 'fault', reason } })

  emulator.add_listener('serial0-output-byte', (byte: number) => output.put(byte))
  registerPort(emulator, linkPort, link.put)
  registerPort(emulator, triggerPort, () => end({ kind: 'end', end: { kind: 'trigger' } }))
  emulator.add_listener('cpu-event-halt', () => fault('the processor halted with interrupts off'))
  emulator.v86.cpu.reboot_internal = () => fault('the guest reset the machine')
  const network = start.net
    ? attachNetwork(emulator, start.allowConnect, (text) => send({ kind: 'notice', text }), start.wire)
    : undefined
  guardTicks(
    emulator,
    () => network?.pump(),
    (error) => fault(describeFault(error, complaint)),
  )

  const input = consoleInput(emulator)
  const answer = async (question: Question): Promise<unknown> => {
    switch (question.kind) {
      case 'input':
        return input(question.bytes)
      case 'open-port':
        return network === undefined
          ? fail(portWithoutNetwork(question.forward))
          : network.open(question.forward)
      case 'close-port':
        return network?.close(question.protocol, question.guestPort)
      case 'read-memory':
        return emulator.v86.cpu.mem8.slice(question.address, question.address + question.byteCount)
    }
  }
  port!.on('message', (message: ToWorker) => {
    if (message.kind === 'console-taken') output.taken(message.byteCount)
    else void answer(message.question).then((value) => send({ kind: 'answer', id: message.id, value }))
  })
  send({ kind: 'ready' })
  emulator.run()
}

/** v86 lets a guest's fault out as a JavaScript exception of the tick: without this it would end the process. */
function guardTicks(emulator: V86Emulator, afterTick: () => void, onFault: (error: unknown) => void): void {
  const core = emulator.v86
  const tick = core.do_tick
  core.do_tick = function () {
    try {
      tick.call(this)
      afterTick()
    } catch (error) {
      onFault(error)
    }
  }
}

function registerPort(emulator: V86Emulator, number: number, write: (byte: number) => void): void {
  emulator.v86.cpu.io.register_write(number, { name: 'azbuild' }, write, write, write)
}

/** Gathers the bytes of whole lines, so that a record costs one message. */
function lineBuffer(sendBytes: (bytes: Uint8Array) => void): {
  put: (byte: number) => void
  flush: () => void
} {
  let bytes: number[] = []
  const flush = (): void => {
    if (bytes.length > 0) sendBytes(Uint8Array.from(bytes))
    bytes = []
  }
  return {
    flush,
    put: (byte) => {
      bytes.push(byte & 0xff)
      if ((byte & 0xff) === 0x0a || bytes.length === 4096) flush()
    },
  }
}

function describeFault(error: unknown, complaint: string): string {
  const what = complaint.split('\n').at(-1) || String(error)
  return /#(GP|DF|NP|SS|TS) handler/.test(complaint)
    ? `triple fault: the processor could not deliver an exception (v86: ${what})`
    : `v86 gave up: ${what}`
}
