import { fail } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import { linkPort, triggerPort } from '../command-line.ts'
import { portWithoutNetwork } from '../diagnostics.ts'
import type { PortForward, Protocol } from '../request.ts'
import { consoleInput, consoleOutput } from './console-port.ts'
import type { V86Emulator } from './private-api.ts'
import type { FromWorker, Question, ToWorker } from './protocol.ts'

/** The network of a hosted machine: frames flow by `pump`, ports of the guest open and close. */
export interface HostedNetwork {
  readonly pump: () => void
  readonly open: (forward: PortForward) => Result<number> | Promise<Result<number>>
  readonly close: (protocol: Protocol, guestPort: number) => void | Promise<void>
}

/** What decides when a traced machine goes on, and is told when it ends. */
export interface MachineTrace {
  readonly resume: (frames: readonly Uint8Array[]) => void
  readonly flush: () => void
}

/** Silences the console of this thread, which v86 prints to, and returns what tells the last complaint. */
export function catchComplaints(): () => string {
  let complaint = ''
  console.log = console.warn = () => {}
  console.error = (...words: unknown[]) => void (complaint = words.join(' '))
  return () => complaint
}

/**
 * Runs an emulator as one end of the protocol, in a thread of Node or in a worker of a browser. Returns what takes the
 * messages of the other end. A traced machine has no network of its own and starts at the first `resume`.
 */
export function hostMachine(
  emulator: V86Emulator,
  complaint: () => string,
  send: (message: FromWorker) => void,
  attachNetwork: () => HostedNetwork | undefined,
  trace?: MachineTrace,
): (message: ToWorker) => void {
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
    trace?.flush()
    send(message)
  }
  const fault = (reason: string): void => end({ kind: 'end', end: { kind: 'fault', reason } })

  emulator.add_listener('serial0-output-byte', (byte: number) => output.put(byte))
  registerPort(emulator, linkPort, link.put)
  registerPort(emulator, triggerPort, () => end({ kind: 'end', end: { kind: 'trigger' } }))
  emulator.add_listener('cpu-event-halt', () => fault('the processor halted with interrupts off'))
  emulator.v86.cpu.reboot_internal = () => fault('the guest reset the machine')
  const network = attachNetwork()
  guardTicks(
    emulator,
    () => network?.pump(),
    (error) => fault(describeFault(error, complaint())),
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
  send({ kind: 'ready' })
  if (!trace) emulator.run()
  return (message) => {
    if (message.kind === 'console-taken') output.taken(message.byteCount)
    else if (message.kind === 'resume') trace?.resume(message.frames)
    else void answer(message.question).then((value) => send({ kind: 'answer', id: message.id, value }))
  }
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
