import * as path from 'node:path'
import { fail, ok } from '../../diag/index.ts'
import { renderCommandLine } from '../command-line.ts'
import { qemuFailed } from '../diagnostics.ts'
import { loadImage } from '../image-file.ts'
import { MachineGoneError } from '../machine.ts'
import type { StartTraced, TracedMachine, TracePause, TraceRequest } from '../traced/machine.ts'
import { planQemuArguments } from './command.ts'
import { execLogReader } from './exec-log.ts'
import { findQemu } from './find.ts'
import { frameBatch, frameReader } from './frame-stream.ts'
import { gdbClient, type GdbStop } from './gdb-client.ts'
import { startQemu, type QemuProcess } from './process.ts'
import { parseMemoryDump, qmpClient } from './qmp.ts'
import { openTracePipe, type TracePipe } from './trace-pipe.ts'

/** How long QEMU may take to obey `quit`. */
const stopMsMax = 2000
/** How long a machine that runs may log nothing; one that computes logs all the time. */
const silentMsMax = 5000

/**
 * Devices that act on the clock of instructions alone: a frame goes out on a timer of one nanosecond, run by the processor's thread,
 * and not when QEMU's other thread gets round to it.
 */
const exactCard = [
  ...['-global', 'virtio-net-pci.tx=timer', '-global', 'virtio-net-pci.x-txtimer=1'],
  ...['-global', 'virtio-net-pci.ioeventfd=off'],
]

/**
 * Starts a traced machine on QEMU, which logs each instruction (`-d exec`, one per translation block). It is stopped by its gdb stub
 * at the kernel's idle; there the machine and its clock stand still, a frame is handed in, and it goes on.
 */
export const startTracedQemu: StartTraced = async (request) => {
  const program = findQemu(request.arch)
  if (!program.ok) return program
  const image = loadImage(request.image, request.arch, request.memoryBytes)
  if (!image.ok) return image
  const log = execLogReader(request.onTrace, faultTest(request))
  const pipe = openTracePipe(log.read)
  if (!pipe.ok) return pipe
  const args = planQemuArguments({
    image: `./${path.basename(request.image)}`,
    commandLine: renderCommandLine({}),
    memoryBytes: request.memoryBytes,
    machine: request.machine ?? 'q35',
    cpu: 'max',
    network: request.net ? 'frames' : 'none',
    rng: request.rng,
    counted: true,
    outlivesExit: true,
    debugged: true,
    extra: ['-D', pipe.value.path, ...exactCard],
  })
  const qemu = startQemu(program.value, ['-S', ...args], path.dirname(request.image))
  try {
    return ok(await attach(request, qemu, pipe.value, log.flush))
  } catch (error) {
    qemu.kill()
    pipe.value.unlink()
    pipe.value.close()
    if (!(error instanceof MachineGoneError)) throw error
    return fail(qemuFailed(path.basename(program.value), (await qemu.ended).complaint))
  }
}

/** An exception's stub is jumped to by the processor alone; the first 32 vectors are faults but for the traps 1, 3 and 4. */
function faultTest({ points }: TraceRequest): (address: number) => boolean {
  const stubs = points.faults.map((address) => Number(BigInt.asUintN(32, address)))
  const set = new Set(stubs)
  return (address) => set.has(address)
}

async function attach(
  request: TraceRequest,
  qemu: QemuProcess,
  pipe: TracePipe,
  flush: (whole: boolean) => void,
): Promise<TracedMachine> {
  const { points } = request
  const qmp = qmpClient(qemu.qmp, () => {})
  const gdb = gdbClient(qemu.gdb)
  qemu.consoleOutput.on('data', request.onConsole)
  qemu.link.on('data', request.onLink)
  let frames: Uint8Array[] = []
  const readFrames = frameReader((frame) => void frames.push(frame.slice()))
  qemu.frames.on('data', (piece: Uint8Array) => void readFrames(piece))

  await qmp.execute('qmp_capabilities')
  const entry = BigInt(points.entry)
  await gdb.setBreakpoint(entry)
  await gdb.resume()
  await gdb.clearBreakpoint(entry)
  await qmp.human('singlestep on')
  await qmp.human('log exec,nochain')
  pipe.unlink()
  for (const address of [points.snapshot.at, ...points.idle, ...points.end]) await gdb.setBreakpoint(address)

  const readMemory = async (address: number, byteCount: number): Promise<Uint8Array> =>
    parseMemoryDump(await qmp.human(`xp /${byteCount}xb 0x${address.toString(16)}`))
  let snapshot: readonly Uint8Array[] | undefined

  /**
   * Two round trips: QEMU writes frames and link before it stops, and reads a frame in its main loop before it answers the second
   * question; what it has written is read here once the loop of this process has turned.
   */
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 2; i++) await qmp.execute('query-status')
    await new Promise((resolve) => setImmediate(resolve))
  }
  /** Runs to the next stop. With no timer to come QEMU would wait for ever: then nothing is logged either. */
  const resumeAwake = async (): Promise<GdbStop | 'asleep'> => {
    let asleep = false
    let seen = pipe.byteCount()
    const timer = setInterval(() => {
      asleep = pipe.byteCount() === seen
      seen = pipe.byteCount()
      if (asleep) gdb.interrupt()
    }, silentMsMax)
    const stop = await gdb.resume()
    clearInterval(timer)
    if (!asleep || stop.kind === 'exited') return stop
    const { programCounter } = await gdb.registers()
    return [...points.idle, ...points.end, points.snapshot.at].includes(programCounter) ? stop : 'asleep'
  }
  const runOn = async (): Promise<TracePause> => {
    for (;;) {
      const stop = await resumeAwake()
      if (stop === 'asleep') return { kind: 'asleep' }
      if (stop.kind === 'exited') return { kind: 'fault', reason: 'QEMU ended' }
      if (request.signal?.aborted) return { kind: 'interrupted' }
      const { programCounter } = await gdb.registers()
      pipe.drain()
      flush(true)
      await settle()
      if (points.end.includes(programCounter)) return { kind: 'end' }
      if (programCounter === points.snapshot.at) {
        snapshot = await Promise.all(
          points.snapshot.read.map(({ address, byteCount }) => readMemory(address, byteCount)),
        )
        await gdb.clearBreakpoint(programCounter)
      } else if (points.idle.includes(programCounter)) {
        const sent = frames
        frames = []
        return { kind: 'idle', frames: sent }
      }
    }
  }
  const interrupt = (): void => gdb.interrupt()
  request.signal?.addEventListener('abort', interrupt)
  return {
    runner: 'qemu',
    readMemory,
    snapshot: () => snapshot,
    resume: async (received = []) => {
      if (request.signal?.aborted) return { kind: 'interrupted' }
      try {
        if (received.length > 0) {
          const batch = frameBatch()
          for (const frame of received) batch.add(frame)
          qemu.frames.write(batch.take())
          await settle()
        }
        return await runOn()
      } catch (error) {
        if (!(error instanceof MachineGoneError)) throw error
        const { complaint } = await qemu.ended
        return { kind: 'fault', reason: `QEMU ended${complaint && `: ${complaint}`}` }
      }
    },
    stop: async () => {
      request.signal?.removeEventListener('abort', interrupt)
      void qmp.execute('quit').catch(() => {})
      const timer = setTimeout(qemu.kill, stopMsMax)
      await qemu.ended
      clearTimeout(timer)
      pipe.close()
    },
  }
}
