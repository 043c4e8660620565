import * as path from 'node:path'
import type { Readable } from 'node:stream'
import { fail, ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import { qemuFailed } from '../diagnostics.ts'
import { explainBindFailure } from '../host-ports.ts'
import type { Machine, MachineEnd, MachineEvents } from '../machine.ts'
import type { PortForward, Runner, RunRequest } from '../request.ts'
import { runSession } from '../session.ts'
import { withinTime } from '../within-time.ts'
import { planQemuArguments } from './command.ts'
import { findQemu } from './find.ts'
import { startQemu } from './process.ts'
import type { QemuProcess } from './process.ts'
import { parseForwardedPort, parseMemoryDump, qmpClient } from './qmp.ts'
import type { QmpClient } from './qmp.ts'

/** How long QEMU may take to obey `quit`, and its output to drain, before it is killed. */
const stopMsMax = 2000

/** Runs images on the QEMU of this machine, with its user network. */
export const qemuRunner: Runner = {
  name: 'qemu',
  run: async (request) => {
    const program = findQemu(request.arch)
    if (!program.ok) return program
    return runSession(request, (_, __, commandLine, events) =>
      startMachine(program.value, request, commandLine, events),
    )
  },
}

/** The arguments that QEMU gets for a request. */
function qemuArguments(request: RunRequest, commandLine: string): readonly string[] {
  return planQemuArguments({
    image: `./${path.basename(request.image)}`,
    commandLine,
    memoryBytes: request.memoryBytes,
    machine: request.machine ?? 'q35',
    cpu: request.cpu ?? 'max',
    net: request.net,
    rng: request.rng ?? false,
    outward: (request.allowConnect ?? []).length > 0,
    measured: request.measurement !== undefined,
    extra: request.qemuArgs ?? [],
  })
}

async function startMachine(
  program: string,
  request: RunRequest,
  commandLine: string,
  events: MachineEvents,
): Promise<Result<Machine>> {
  // A multiboot kernel gets the path of its file as first word: relative, it holds nothing that could need quotes.
  const args = ['-S', ...qemuArguments(request, commandLine)]
  request.onEvent({ kind: 'command', program, args })
  const qemu = startQemu(program, args, path.dirname(request.image))
  let shutdownReason: string | undefined
  const qmp = qmpClient(qemu.qmp, (event) => {
    if (event.name === 'SHUTDOWN') shutdownReason = String(event.data['reason'])
  })
  try {
    await qmp.execute('qmp_capabilities')
  } catch {
    const { complaint } = await qemu.ended
    return fail(qemuFailed(path.basename(program), complaint))
  }
  const drained = Promise.all([
    consume(qemu.consoleOutput, events.onConsole),
    consume(qemu.link, (bytes) => events.onLink(bytes)),
    qemu.ended,
  ])
  void drained.then(([, , { status, complaint }]) => events.onEnd(endOf(status, shutdownReason, complaint)))
  if (request.net && (request.allowConnect ?? []).length > 0) {
    events.onNotice("QEMU's network cannot tell peers apart: the guest may connect anywhere")
  }
  await qmp.execute('cont').catch(() => {}) // when QEMU ends at once, `drained` says so
  return ok(machineOf(qemu, qmp, drained))
}

function machineOf(qemu: QemuProcess, qmp: QmpClient, drained: Promise<unknown>): Machine {
  const bound = new Map<string, number>()
  const key = (protocol: string, guestPort: number): string => `${protocol}:${guestPort}`
  return {
    sendConsole: (bytes) =>
      new Promise((resolve) => {
        qemu.consoleInput.write(bytes, () => resolve())
      }),
    openPort: async (forward) => {
      const opened = await addForward(qmp, forward)
      if (opened.ok) bound.set(key(forward.protocol, forward.guestPort), opened.value)
      return opened
    },
    closePort: async (protocol, guestPort) => {
      const port = bound.get(key(protocol, guestPort))
      if (port === undefined) return
      bound.delete(key(protocol, guestPort))
      await qmp.human(`hostfwd_remove net ${protocol}:127.0.0.1:${port}`).catch(() => {})
    },
    readMemory: async (address, byteCount) =>
      parseMemoryDump(await qmp.human(`xp /${byteCount}xb 0x${address.toString(16)}`)),
    stop: async () => {
      void qmp.execute('quit').catch(() => {})
      const timer = setTimeout(qemu.kill, stopMsMax)
      await qemu.ended
      clearTimeout(timer)
      await withinTime(drained, stopMsMax)
    },
  }
}

/** Opens a port of the host through the human monitor, which has no machine-readable twin. */
async function addForward(qmp: QmpClient, forward: PortForward): Promise<Result<number>> {
  const { protocol, hostPort, guestPort } = forward
  const complaint = await qmp.human(`hostfwd_add net ${protocol}:127.0.0.1:${hostPort}-:${guestPort}`)
  if (complaint !== '') return fail(await explainBindFailure(forward, complaint))
  if (hostPort !== 0) return ok(hostPort)
  const chosen = parseForwardedPort(await qmp.human('info usernet'), protocol, guestPort)
  return chosen === undefined
    ? fail(await explainBindFailure(forward, 'QEMU does not name the port'))
    : ok(chosen)
}

/** Hands over a stream piece by piece, the next one when the last was accepted; settles at its end. */
async function consume(stream: Readable, take: (bytes: Uint8Array) => void | Promise<void>): Promise<void> {
  try {
    for await (const bytes of stream) await take(bytes as Uint8Array)
  } catch {
    // the other end is gone: what there was has been handed over
  }
}

/** Says why QEMU ended; isa-debug-exit makes the status odd. */
function endOf(status: number | null, shutdownReason: string | undefined, complaint: string): MachineEnd {
  if (shutdownReason === 'guest-reset') {
    return {
      kind: 'fault',
      reason: 'the processor started over: a triple fault, or the guest reset the machine',
    }
  }
  if (shutdownReason === 'guest-shutdown')
    return { kind: 'fault', reason: 'the guest switched the machine off' }
  if (status !== null && status % 2 === 1) return { kind: 'trigger' }
  return { kind: 'fault', reason: `QEMU ended${complaint === '' ? '' : `: ${complaint}`}` }
}
