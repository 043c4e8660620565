import type { BuildRecord } from '../build/index.ts'
import { ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { countingRunner } from '../trace/index.ts'
import { runQuietly, stampsOf } from './measure-boot.ts'

const stepBytes = 64 * 1024
const mostBytes = 64 * 2 ** 20

/**
 * The least memory with which an image reaches main(), in bytes, to 64 KiB. On QEMU the machine is `pc`, whose firmware needs the
 * least. `undefined` when 64 MiB are not enough. Tried from below, not by halving: with a little more than the least, the
 * firmware's own temporary data may lie on the loaded image, and the machine then resets.
 */
export async function leastMemory(
  host: Host,
  record: BuildRecord,
  signal?: AbortSignal,
): Promise<Result<number | undefined>> {
  const measurement = stampsOf(host, record)
  if (!measurement.ok) return measurement
  const runner = countingRunner[record.arch]
  const boots = async (steps: number): Promise<Result<boolean>> => {
    const outcome = await runQuietly(record, runner, {
      memoryBytes: steps * stepBytes,
      timeoutSeconds: 5,
      measurement: measurement.value,
      ...(runner === 'qemu' ? { machine: 'pc' } : {}),
      ...(signal ? { signal } : {}),
    })
    if (!outcome.ok) return ok(false)
    return ok(outcome.value.kind === 'main' || outcome.value.kind === 'exit')
  }
  const most = await boots(mostBytes / stepBytes)
  if (!most.ok) return most
  if (!most.value) return ok(undefined)
  for (let steps = 2 ** 20 / stepBytes; ; steps++) {
    const result = await boots(steps)
    if (!result.ok) return result
    if (signal?.aborted) return ok(undefined)
    if (result.value) return ok(steps * stepBytes)
  }
}
