/** The worker that holds the machine: v86, the user-mode network, and a client for the guest's web servers. */
import type { RequestMessage, ResponseControl, ResponseMessage } from '../../compiler/play/page/messages.ts'
import { ok } from '../../compiler/diag/result.ts'
import { httpClient } from '../../compiler/run/http/http-client.ts'
import type { HttpClient } from '../../compiler/run/http/http-client.ts'
import { soon } from '../../compiler/run/soon.ts'
import { networkPump } from '../../compiler/run/usernet/network-pump.ts'
import { catchComplaints, hostMachine } from '../../compiler/run/v86/host-machine.ts'
import type { HostedNetwork } from '../../compiler/run/v86/host-machine.ts'
import { makeEmulator } from '../../compiler/run/v86/make-emulator.ts'
import { cardSink, onGuestFrame } from '../../compiler/run/v86/network-card.ts'
import { wasmRuntime } from '../../compiler/run/v86/private-api.ts'
import type { V86Constructor, V86Emulator } from '../../compiler/run/v86/private-api.ts'
import type { FromWorker, ToWorker } from '../../compiler/run/v86/protocol.ts'
import type { FromPlayWorker, PlayStart } from './worker-messages.ts'

const scope = self as unknown as DedicatedWorkerGlobalScope
const send = (message: FromWorker | FromPlayWorker): void => scope.postMessage(message)

const statsMs = 500

let toMachine: ((message: ToWorker) => void) | undefined
let client: HttpClient | undefined

scope.onmessage = ({ data, ports }: MessageEvent<PlayStart | ToWorker | RequestMessage>) => {
  if (data.kind === 'start') {
    start(data).catch((error: unknown) =>
      send({ kind: 'broken', message: error instanceof Error ? error.message : String(error) }),
    )
  } else if (data.kind === 'request') carry(data, ports[0]!)
  else toMachine?.(data)
}

async function start({ start, library, wasm }: PlayStart): Promise<void> {
  const complaint = catchComplaints()
  const answer = await fetch(wasm)
  if (!answer.ok) throw new Error(`${wasm} is not there (status ${answer.status})`)
  const bytes = new Uint8Array(await answer.arrayBuffer())
  // v86 would wait in a worker of its own, made from a blob: we wait here, without a hop to another thread and back.
  ;(globalThis as { Worker?: unknown }).Worker = undefined
  const { V86 } = (await import(library)) as { readonly V86: V86Constructor }
  const emulator = await makeEmulator(
    V86,
    async (imports) => (await wasmRuntime.instantiate(bytes, imports)).instance.exports,
    { ...start, disableJit: false },
  )
  const core = emulator.v86
  core.yield = (milliseconds, tick) => {
    const wake = (): void => core.yield_callback(tick)
    if (milliseconds < 1) soon(wake)
    else setTimeout(wake, milliseconds)
  }
  toMachine = hostMachine(emulator, complaint, send, () => (start.net ? attachNetwork(emulator) : undefined))
  tellStats(emulator)
}

/** Ports appear without being bound anywhere; what the guest opens outwards is refused. */
function attachNetwork(emulator: V86Emulator): HostedNetwork {
  const notice = (text: string): void => send({ kind: 'notice', text })
  const refused = new Set<string>()
  const refuse = (what: string): void => {
    if (refused.has(what) || refused.size === 16) return
    refused.add(what)
    notice(`the app ${what}; a page has no way out for it`)
  }
  const { network, pump } = networkPump(
    {
      onConnect: (connection) => {
        refuse(`tried to connect to port ${connection.port} outside`)
        connection.refuse()
      },
      onDatagram: (_, datagram) => {
        refuse(`sent a datagram to port ${datagram.destinationPort} outside`)
        return false
      },
      onHostDatagram: () => false,
      onQuestion: (question, answer) => {
        refuse(`asked for the address of ${question.name}`)
        answer('refused')
      },
    },
    cardSink(emulator),
  )
  onGuestFrame(emulator, (frame) => network.receive(frame))
  client = httpClient((guestPort, events) => network.connect(guestPort, events))
  return { pump, open: (forward) => ok(forward.guestPort), close: () => {} }
}

/** Carries a request to the guest, and the response back as fast as it is taken. */
function carry({ request }: RequestMessage, port: MessagePort): void {
  const post = (message: ResponseMessage, transfer: Transferable[] = []): void =>
    port.postMessage(message, transfer)
  if (client === undefined)
    return post({
      kind: 'problem',
      message: 'The guest has no network.',
      hint: 'Its console is all it shows.',
    })
  const exchange = client.send(request, {
    onHead: ({ status, reason, fields }) => post({ kind: 'head', status, reason, fields }),
    onBody: (bytes) => {
      const copy = bytes.slice()
      post({ kind: 'body', bytes: copy }, [copy.buffer])
    },
    onEnd: () => post({ kind: 'end' }),
    onProblem: ({ kind, message }) =>
      post({
        kind: 'problem',
        message,
        ...(kind === 'refused' ? { hint: 'Ports that the guest listens on are listed above its page.' } : {}),
      }),
  })
  port.onmessage = ({ data }: MessageEvent<ResponseControl>) => {
    if (data.kind === 'taken') exchange.consumed(data.byteCount)
    else exchange.abort()
  }
}

/** v86 counts in 32 bits, which a busy guest fills in some seconds. */
function tellStats(emulator: V86Emulator): void {
  let last = 0
  let instructions = 0
  setInterval(() => {
    const now = emulator.get_instruction_counter() >>> 0
    instructions += (now - last) >>> 0
    last = now
    send({ kind: 'stats', instructions })
  }, statsMs)
}
