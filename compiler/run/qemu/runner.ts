import * as path from 'node:path'
import type { Readable } from 'node:stream'
import { fail, ok } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import { memoryOfFirmware, portWithoutNetwork, qemuFailed } from '../diagnostics.ts'
import { loadImage, parseImageExtent } from '../image-file.ts'
import type { Machine, MachineEnd, MachineEvents } from '../machine.ts'
import type { Runner, RunRequest } from '../request.ts'
import { runSession } from '../session.ts'
import { withinTime } from '../within-time.ts'
import { planQemuArguments } from './command.ts'
import type { QemuCommand } from './command.ts'
import { findQemu } from './find.ts'
import { memoryForFirmware } from './firmware-memory.ts'
import { gdbClient } from './gdb-client.ts'
import { attachNetwork } from './network-card.ts'
import { startQemu } from './process.ts'
import type { QemuProcess } from './process.ts'
import { parseMemoryDump, qmpClient } from './qmp.ts'
import type { QmpClient } from './qmp.ts'
import { sampleStacks } from './stub-sampler.ts'
import { userNetworkForwards } from './user-network.ts'
import type { PortForwards } from './user-network.ts'

/** How long QEMU may take to obey `quit`, and its output to drain, before it is killed. */
const stopMsMax = 2000

/** Runs images on the QEMU of this machine. */
export const qemuRunner: Runner = {
  name: 'qemu',
  run: async (request) => {
    const program = findQemu(request.arch)
    if (!program.ok) return program
    const image = request.linux
      ? ok(new Uint8Array(0)) // QEMU reads Linux's kernel itself
      : loadImage(request.image, request.arch, request.memoryBytes)
    if (!image.ok) return image
    const problem = firmwareInTheWay(request, image.value)
    if (problem) return problem
    return runSession(request, image.value, (_, __, commandLine, events) =>
      startMachine(program.value, request, commandLine, events),
    )
  },
}

/** An i386 image is loaded as a multiboot kernel, after the firmware has done its work. */
function firmwareInTheWay(request: RunRequest, image: Uint8Array): Result<never> | undefined {
  const machine = request.machine ?? 'q35'
  if (request.arch !== 'x86_64' || !['pc', 'q35'].includes(machine)) return undefined
  const copiedEnd = parseImageExtent(image)?.copiedEndAddress ?? 0
  const enough = memoryForFirmware(request.memoryBytes, copiedEnd)
  return enough === undefined ? undefined : fail(memoryOfFirmware(machine, request.memoryBytes, enough))
}

/** The arguments that QEMU gets for a request. */
function qemuArguments(request: RunRequest, commandLine: string): readonly string[] {
  const { linux } = request
  return planQemuArguments({
    image: `./${path.basename(request.image)}`,
    ...(linux && { initrd: linux.initrd }),
    commandLine: linux ? `${linux.commandLine} ${commandLine}` : commandLine,
    memoryBytes: request.memoryBytes,
    machine: request.machine ?? 'q35',
    cpu: request.cpu ?? 'max',
    network: networkOf(request),
    rng: request.rng ?? false,
    counted: linux?.counted ?? request.measurement !== undefined,
    outlivesExit: request.measurement !== undefined,
    debugged: request.sampling !== undefined,
    extra: request.qemuArgs ?? [],
  })
}

function networkOf(request: RunRequest): QemuCommand['network'] {
  if (!request.net) return 'none'
  if (request.network !== 'qemu') return 'frames'
  return (request.allowConnect ?? []).length > 0 ? 'user-outward' : 'user'
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
  const network = networkOf(request)
  const forwards = forwardsOf(network, qemu, qmp, request, events)
  const drained = Promise.all([
    consume(qemu.consoleOutput, events.onConsole),
    consume(qemu.link, (bytes) => events.onLink(bytes)),
    qemu.ended,
  ])
  void drained.then(([, , { status, complaint }]) => events.onEnd(endOf(status, shutdownReason, complaint)))
  if (network === 'user-outward') {
    events.onNotice("QEMU's network cannot tell peers apart: the guest may connect anywhere")
  }
  // The stub tells of a stop only to who let the machine run.
  if (request.sampling) void sampleStacks(gdbClient(qemu.gdb), request.arch, request.sampling)
  else await qmp.execute('cont').catch(() => {}) // when QEMU ends at once, `drained` says so
  return ok(machineOf(qemu, qmp, forwards, drained))
}

function forwardsOf(
  network: QemuCommand['network'],
  qemu: QemuProcess,
  qmp: QmpClient,
  request: RunRequest,
  events: MachineEvents,
): PortForwards {
  switch (network) {
    case 'none':
      return {
        open: async (forward) => fail(portWithoutNetwork(forward)),
        close: () => {},
        destroy: () => {},
      }
    case 'frames':
      return attachNetwork(qemu.frames, request.allowConnect ?? [], events.onNotice, request.wire)
    case 'user':
    case 'user-outward':
      return userNetworkForwards(qmp)
  }
}

function machineOf(
  qemu: QemuProcess,
  qmp: QmpClient,
  forwards: PortForwards,
  drained: Promise<unknown>,
): Machine {
  return {
    sendConsole: (bytes) =>
      new Promise((resolve) => {
        qemu.consoleInput.write(bytes, () => resolve())
      }),
    openPort: forwards.open,
    closePort: async (protocol, guestPort) => forwards.close(protocol, guestPort),
    readMemory: async (address, byteCount) =>
      parseMemoryDump(await qmp.human(`xp /${byteCount}xb 0x${address.toString(16)}`)),
    stop: async () => {
      void qmp.execute('quit').catch(() => {})
      const timer = setTimeout(qemu.kill, stopMsMax)
      await qemu.ended
      clearTimeout(timer)
      forwards.destroy()
      await withinTime(drained, stopMsMax)
    },
  }
}

/** Bytes from the guest that may wait for their reader before QEMU has to. */
const waitingBytesMax = 1 << 20

/**
 * Hands over a stream, all that has come when the last piece was accepted; settles when it has closed. Bytes are taken out as they
 * come: when QEMU is gone the stream may fail, and a failed stream drops what it still holds.
 */
function consume(stream: Readable, take: (bytes: Uint8Array) => void | Promise<void>): Promise<void> {
  let waiting: Uint8Array[] = []
  let waitingBytes = 0
  let chain = Promise.resolve()
  return new Promise((resolve, reject) => {
    stream.on('data', (piece: Uint8Array) => {
      waiting.push(piece)
      waitingBytes += piece.length
      if (waitingBytes > waitingBytesMax) stream.pause()
      if (waiting.length > 1) return
      chain = chain.then(async () => {
        const bytes = waiting.length === 1 ? waiting[0]! : Buffer.concat(waiting)
        waiting = []
        waitingBytes = 0
        stream.resume()
        await take(bytes)
      })
    })
    stream.on('close', () => void chain.then(resolve, reject))
  })
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
