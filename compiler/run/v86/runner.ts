import { fail } from '../../diag/index.ts'
import type { Result } from '../../diag/index.ts'
import { memoryTooLarge, runnerWithoutArch } from '../diagnostics.ts'
import { loadImage } from '../image-file.ts'
import type { Machine, MachineEvents } from '../machine.ts'
import type { Runner, RunRequest } from '../request.ts'
import { runSession } from '../session.ts'
import { attachMachine } from './attach-machine.ts'
import type { FromWorker, WorkerStart } from './protocol.ts'
import { startWorker } from './worker-file.ts'

/** v86 panics with 2 GiB and above. */
export const v86MemoryBytesMax = 2047 * 2 ** 20

/** The runner that npm brings along: i386 on one processor, in a worker thread of this process. */
export const v86Runner: Runner = {
  name: 'v86',
  run: async (request) => {
    if (request.arch !== 'i386') return fail(runnerWithoutArch('v86', request.arch))
    if (request.memoryBytes > v86MemoryBytesMax)
      return fail(memoryTooLarge('v86', v86MemoryBytesMax, request.memoryBytes))
    const image = loadImage(request.image, request.arch, request.memoryBytes)
    return image.ok ? runSession(request, image.value, startMachine) : image
  },
}

async function startMachine(
  request: RunRequest,
  image: Uint8Array,
  commandLine: string,
  events: MachineEvents,
): Promise<Result<Machine>> {
  const workerData: WorkerStart = {
    image,
    memoryBytes: request.memoryBytes,
    commandLine,
    net: request.net,
    measured: request.measurement !== undefined,
    allowConnect: request.allowConnect ?? [],
    ...(request.wire ? { wire: request.wire } : {}),
  }
  const worker = await startWorker({ workerData, stdout: true, stderr: true })
  return attachMachine(
    {
      post: (message) => worker.postMessage(message),
      onMessage: (take) => void worker.on('message', (message: FromWorker) => take(message)),
      onError: (take) => void worker.on('error', take),
      terminate: async () => void (await worker.terminate()),
    },
    events,
  )
}
