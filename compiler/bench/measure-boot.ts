import type { BuildRecord } from '../build/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { readImage } from '../link/index.ts'
import { runImage, type Measurement, type RunOutcome, type Runner, type RunRequest } from '../run/index.ts'
import { countingRunner } from '../trace/index.ts'
import { bootFailed } from './diagnostics.ts'

/** The machine that figures are taken on. */
export const referenceMemoryBytes = 64 * 2 ** 20

/** Guest instructions from the image's first to main(): exact, the same on every run and every machine. */
export async function measureBoot(
  host: Host,
  record: BuildRecord,
  memoryBytes: number = referenceMemoryBytes,
): Promise<Result<number>> {
  const measurement = stampsOf(host, record)
  if (!measurement.ok) return measurement
  const outcome = await runQuietly(record, countingRunner[record.arch], {
    memoryBytes,
    measurement: measurement.value,
  })
  if (!outcome.ok) return outcome
  const { value } = outcome
  const count = value.kind === 'main' || value.kind === 'exit' ? value.bootInstructions : undefined
  return count === undefined ? fail(bootFailed(record.name, value.kind)) : ok(count)
}

/** Where the image stamps the TSC, as physical addresses: found by symbol, converted by the segment that holds them. */
export function stampsOf(host: Host, record: BuildRecord): Result<Measurement> {
  const image = readImage(host.readBytes(record.symbols)!, record.symbols)
  if (!image.ok) return image
  const physical = (name: string): number | undefined => {
    const symbol = image.value.symbols.find((candidate) => candidate.name === name)
    const segment = image.value.segments.find(
      ({ virtualAddress, memorySize }) =>
        symbol && symbol.value >= virtualAddress && symbol.value < virtualAddress + BigInt(memorySize),
    )
    return symbol && segment && Number(symbol.value - segment.virtualAddress + segment.physicalAddress)
  }
  const entryAddress = physical('az_boot_tsc_entry')
  const mainAddress = physical('az_boot_tsc_main')
  if (entryAddress === undefined || mainAddress === undefined)
    return fail(bootFailed(record.name, 'no-stamps'))
  return ok({ entryAddress, mainAddress, stopAtMain: true })
}

/** Runs an image with no console and no network forwards. */
export async function runQuietly(
  record: BuildRecord,
  runner: Runner['name'],
  more: Pick<RunRequest, 'memoryBytes'> & Partial<RunRequest>,
): Promise<Result<RunOutcome>> {
  return runImage(runner, {
    image: record.image,
    arch: record.arch,
    net: record.net,
    rng: record.rng,
    timeoutSeconds: 60,
    onConsole: () => {},
    onEvent: () => {},
    ...more,
  })
}
