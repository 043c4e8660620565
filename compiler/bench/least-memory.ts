import type { BuildRecord } from '../build/index.ts'
import { ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { countingRunner, runQuietly, stampsOf } from './measure-boot.ts'

const stepBytes = 64 * 1024
const mostBytes = 64 * 2 ** 20

/**
 * The least memory with which an image reaches main(), in bytes, to 64 KiB: found by halving, so some ten boots. On QEMU the machine is
 * `pc`, whose firmware needs the least. `undefined` when 64 MiB are not enough.
 */
export async function leastMemory(host: Host, record: BuildRecord): Promise<Result<number | undefined>> {
  const measurement = stampsOf(host, record)
  if (!measurement.ok) return measurement
  const runner = countingRunner[record.arch]
  const boots = async (steps: number): Promise<Result<boolean>> => {
    const outcome = await runQuietly(record, runner, {
      memoryBytes: steps * stepBytes,
      timeoutSeconds: 5,
      measurement: measurement.value,
      ...(runner === 'qemu' ? { machine: 'pc' } : {}),
    })
    if (!outcome.ok) return ok(false)
    return ok(outcome.value.kind === 'main' || outcome.value.kind === 'exit')
  }
  let [tooLittle, enough] = [2 ** 20 / stepBytes - 1, mostBytes / stepBytes]
  const most = await boots(enough)
  if (!most.ok) return most
  if (!most.value) return ok(undefined)
  while (enough - tooLittle > 1) {
    const middle = Math.floor((tooLittle + enough) / 2)
    const result = await boots(middle)
    if (!result.ok) return result
    if (result.value) enough = middle
    else tooLittle = middle
  }
  return ok(enough * stepBytes)
}
