import { fail, ok } from '../diag/index.ts'
import type { Diagnostic, Result } from '../diag/index.ts'
import { renderCommandLine } from './command-line.ts'
import { badArgument, stampsMissing } from './diagnostics.ts'
import { linkReader } from './link.ts'
import type { LinkRecord } from './link.ts'
import { MachineGoneError } from './machine.ts'
import type { Machine, MachineEnd, MachineEvents } from './machine.ts'
import { forwardOf } from './ports.ts'
import { withinTime } from './within-time.ts'
import type { Protocol, RunOutcome, RunRequest } from './request.ts'

/**
 * End of transmission, which the guest's console takes for VEOF of termios. Twice: in the middle of a line the first one only ends
 * the line, and the second one is the end of the input.
 */
const EOT = 0x04

/** How long a silent guest is taken to be still starting. */
const silenceMsMax = 1000

/** Starts one kind of machine, which may report before the call has returned. */
export type StartMachine = (
  request: RunRequest,
  image: Uint8Array,
  commandLine: string,
  events: MachineEvents,
) => Promise<Result<Machine>>

/**
 * Runs an image on a machine from start to outcome: what every runner does alike. Ports open as the guest listens,
 * input flows in, and the first of exit record, panic record, end of the machine, timeout and interrupt decides.
 */
export async function runSession(
  request: RunRequest,
  image: Uint8Array,
  start: StartMachine,
): Promise<Result<RunOutcome>> {
  const nul = firstNul(request)
  if (nul !== undefined) return fail(badArgument(nul))
  if (request.signal?.aborted) return ok({ kind: 'interrupted' })

  const outcome = firstOf<Result<RunOutcome>>()
  const awake = firstOf<void>()
  const work = {
    machine: undefined as Machine | undefined,
    queue: [] as LinkRecord[],
    chain: Promise.resolve(),
  }
  const handle = async (record: LinkRecord, machine: Machine): Promise<void> => {
    try {
      await handleRecord(record, machine, request, outcome.settle)
    } catch (error) {
      if (!(error instanceof MachineGoneError)) outcome.reject(error)
    }
  }
  const drain = (): void => {
    const machine = work.machine
    if (machine === undefined) return
    for (const record of work.queue.splice(0)) {
      work.chain = work.chain.then(() => (outcome.settled() ? undefined : handle(record, machine)))
    }
  }
  const readRecords = linkReader()
  const events: MachineEvents = {
    onConsole: (bytes) => {
      awake.settle()
      return request.onConsole(bytes)
    },
    onLink: (bytes) => {
      awake.settle()
      work.queue.push(...readRecords(bytes))
      drain()
    },
    // A machine ends right behind its last record: let that one speak first.
    onEnd: (end) => void work.chain.then(() => outcome.settle(ok(outcomeOfEnd(end)))),
    onNotice: (text) => request.onEvent({ kind: 'notice', text }),
  }
  const { env, args, terminal } = request
  const commandLine = renderCommandLine({
    ...(env && { env }),
    ...(args && { args }),
    ...(terminal && { terminal }),
  })
  const interrupt = (): void => outcome.settle(ok({ kind: 'interrupted' }))
  request.signal?.addEventListener('abort', interrupt)
  const timer =
    request.timeoutSeconds === undefined
      ? undefined
      : setTimeout(() => outcome.settle(ok({ kind: 'timeout' })), request.timeoutSeconds * 1000)
  try {
    const started = await start(request, image, commandLine, events)
    if (!started.ok) return started
    work.machine = started.value
    drain()
    if (request.input !== undefined)
      void pumpInput(request.input, started.value, awake.promise, outcome.promise)
    try {
      return await outcome.promise
    } finally {
      await started.value.stop()
    }
  } finally {
    clearTimeout(timer)
    request.signal?.removeEventListener('abort', interrupt)
  }
}

async function handleRecord(
  record: LinkRecord,
  machine: Machine,
  request: RunRequest,
  settle: (result: Result<RunOutcome>) => void,
): Promise<void> {
  const { measurement } = request
  // Whatever comes after the start shows that `main` has been reached, also from an image that does not say so.
  if (measurement?.stopAtMain === true && record.kind !== 'panic') {
    const count = await readBootInstructions(machine, request)
    return settle(count.ok ? ok({ kind: 'main', bootInstructions: count.value }) : count)
  }
  switch (record.kind) {
    case 'exit': {
      if (measurement === undefined) return settle(ok({ kind: 'exit', status: record.status }))
      const count = await readBootInstructions(machine, request)
      if (!count.ok) return settle(count)
      return settle(ok({ kind: 'exit', status: record.status, bootInstructions: count.value }))
    }
    case 'panic':
      return settle(ok(record))
    case 'main':
      return undefined
    case 'listen': {
      const problems = await openPort(machine, request, record.protocol, record.port)
      return problems.length > 0 ? settle(fail(...problems)) : undefined
    }
    case 'unlisten':
      await machine.closePort(record.protocol, record.port)
      return request.onEvent({ kind: 'unlistening', protocol: record.protocol, guestPort: record.port })
  }
}

async function openPort(
  machine: Machine,
  request: RunRequest,
  protocol: Protocol,
  guestPort: number,
): Promise<readonly Diagnostic[]> {
  const opened = await machine.openPort(
    forwardOf(request.ports ?? [], protocol, guestPort, request.freePorts),
  )
  if (!opened.ok) return opened.problems
  request.onEvent({ kind: 'listening', protocol, host: '127.0.0.1', port: opened.value, guestPort })
  return []
}

/** Instructions from kernel entry to `main`: the difference of the two stamps, which count instructions. */
async function readBootInstructions(machine: Machine, request: RunRequest): Promise<Result<number>> {
  const { entryAddress, mainAddress } = request.measurement!
  const stamp = async (address: number): Promise<bigint> => {
    const bytes = await machine.readMemory(address, 8)
    return new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  }
  const entry = await stamp(entryAddress)
  const main = await stamp(mainAddress)
  return main > entry ? ok(Number(main - entry)) : fail(stampsMissing(request.image))
}

function outcomeOfEnd(end: MachineEnd): RunOutcome {
  return end.kind === 'fault'
    ? { kind: 'fault', reason: end.reason }
    : { kind: 'fault', reason: 'the guest ended the machine without giving a status' }
}

/**
 * Input waits until the guest has said something: a serial port that is being set up may throw away what has come
 * already. A guest that is silent until it reads gets its input after a while.
 */
async function pumpInput(
  input: AsyncIterable<Uint8Array>,
  machine: Machine,
  awake: Promise<void>,
  ended: Promise<unknown>,
): Promise<void> {
  const iterator = input[Symbol.asyncIterator]()
  const end = (): IteratorResult<Uint8Array> => ({ done: true, value: undefined })
  const over = ended.then(end, end)
  await withinTime(Promise.race([awake, over]), silenceMsMax)
  let running = true
  void over.then(() => (running = false))
  while (running) {
    const next = await Promise.race([iterator.next(), over]).catch(end)
    if (next.done === true) break
    await Promise.race([machine.sendConsole(next.value), over])
  }
  if (running) await machine.sendConsole(Uint8Array.of(EOT, EOT))
  else void iterator.return?.()
}

function firstNul(request: RunRequest): string | undefined {
  for (const [name, value] of Object.entries(request.env ?? {}))
    if (`${name}${value}`.includes('\0')) return `--env ${name}`
  return request.args?.some((arg) => arg.includes('\0')) ? 'an argument of the app' : undefined
}

interface First<T> {
  readonly promise: Promise<T>
  readonly settle: (value: T) => void
  readonly reject: (error: unknown) => void
  readonly settled: () => boolean
}

/** A promise that the first call of `settle` or `reject` decides; later calls do nothing. */
function firstOf<T>(): First<T> {
  let settle!: (value: T) => void
  let reject!: (error: unknown) => void
  let settled = false
  const promise = new Promise<T>((onSettle, onReject) => {
    settle = (value) => {
      settled = true
      onSettle(value)
    }
    reject = (error) => {
      settled = true
      onReject(error)
    }
  })
  return { promise, settle, reject, settled: () => settled }
}
