/**
 * The worker thread that holds one v86 machine with its network. v86 and the sockets share this thread's event loop,
 * so data passes between them without a copy through the main thread, which stays free for Ctrl-C and timeouts.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { InvariantError } from '../../diag/index.ts'
import { createGateway } from '../gateway/gateway.ts'
import { createEmulator } from './emulator.ts'
import { catchComplaints, hostMachine } from './host-machine.ts'
import { cardSink, onGuestFrame } from './network-card.ts'
import type { FromWorker, ToWorker, WorkerStart } from './protocol.ts'
import { traceSender } from './trace-sender.ts'

const port = parentPort
if (port === null) throw new InvariantError('v86/worker runs in a worker thread only')
const send = (message: FromWorker): void => port.postMessage(message)

const start = workerData as WorkerStart
const complaint = catchComplaints()
const trace = start.traced && traceSender(start.traced, send)
const emulator = await createEmulator({
  ...start,
  ...(trace && { onInstruction: trace.onInstruction, onHalt: trace.onHalt }),
})
trace?.attach(emulator)
const receive = hostMachine(
  emulator,
  complaint,
  send,
  () => {
    if (!start.net || trace) return undefined
    const gateway = createGateway({
      allowConnect: start.allowConnect,
      onNotice: (text) => send({ kind: 'notice', text }),
      wire: start.wire,
      ...cardSink(emulator),
    })
    onGuestFrame(emulator, gateway.receive)
    return gateway
  },
  trace,
)
port.on('message', (message: ToWorker) => receive(message))
