import { ownerFinder, type BuildRecord } from '../build/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { readImage, type Image } from '../link/index.ts'
import { runImage, type Measurement, type RunOutcome, type RunRequest } from '../run/index.ts'
import { noSamples } from './diagnostics.ts'
import { loadedAddress } from './image-map.ts'
import { pluginArguments } from './plugin-arguments.ts'
import { ensurePlugin } from './plugin.ts'
import { profileOf, type Profile } from './profile.ts'
import { readRecording, type Recording } from './recording.ts'

export type SamplerName = 'plugin' | 'gdb'

export interface ProfileOptions {
  /** The plugin, and the gdb stub where there is none, unless told. */
  readonly sampler?: SamplerName
  /** Guest instructions between two samples; of the plugin alone. */
  readonly every: number
  readonly exact: boolean
  /** From the first instruction to main(), exactly, and no further. */
  readonly bootOnly: boolean
}

/** A run that was sampled: how it ended, and where it was. */
export interface ProfiledRun {
  readonly outcome: RunOutcome
  readonly sampler: SamplerName
  readonly profile: Profile
}

/** Runs a built image on QEMU and samples it from its first instruction on. */
export async function profileRun(
  host: Host,
  record: BuildRecord,
  request: RunRequest,
  options: ProfileOptions,
): Promise<Result<ProfiledRun>> {
  const image = readImage(host.readBytes(record.symbols)!, record.symbols)
  if (!image.ok) return image
  const sampled = await runWithPlugin(host, record, image.value, request, options)
  if (!sampled.ok) return sampled
  const { outcome, recording } = sampled.value
  if (recording.samples.length === 0) return fail(noSamples(record.name, whyNone(recording)))
  const ownerAt = ownerFinder(host, record)
  const profile = profileOf({
    name: record.name,
    arch: record.arch,
    image: image.value,
    recording,
    ownerAt: (address) => ownerAt(address)?.name,
  })
  return ok({ outcome, sampler: 'plugin', profile })
}

interface Sampled {
  readonly outcome: RunOutcome
  readonly recording: Recording
}

async function runWithPlugin(
  host: Host,
  record: BuildRecord,
  image: Image,
  request: RunRequest,
  options: ProfileOptions,
): Promise<Result<Sampled>> {
  const plugin = await ensurePlugin(host)
  if (!plugin.ok) return plugin
  const measurement = options.bootOnly ? bootMeasurement(image) : undefined
  const out = `${record.out}/${crypto.randomUUID()}.samples`
  try {
    const qemuArgs = pluginArguments(image, {
      plugin: plugin.value,
      out,
      every: options.every,
      exact: options.exact && !measurement, // which is exact by itself
      ...(options.bootOnly ? { stopAt: 'main' } : {}),
    })
    const outcome = await runImage('qemu', { ...request, ...(measurement ? { measurement } : {}), qemuArgs })
    if (!outcome.ok) return outcome
    const recording = readRecording(host.readBytes(out) ?? new Uint8Array())
    return recording.ok ? ok({ outcome: outcome.value, recording: recording.value }) : recording
  } finally {
    host.remove(out)
  }
}

/** Ends the run at the first word after the stamp before main(). */
function bootMeasurement(image: Image): Measurement | undefined {
  const entryAddress = loadedAddress(image, 'az_boot_tsc_entry')
  const mainAddress = loadedAddress(image, 'az_boot_tsc_main')
  if (entryAddress === undefined || mainAddress === undefined) return undefined
  return { entryAddress, mainAddress, stopAtMain: true }
}

function whyNone({ instructions, every }: Recording): string {
  if (instructions === 0) return 'its first instruction was never reached'
  return instructions === undefined
    ? 'it ended too soon'
    : `it ran ${instructions} instructions, and one in ${every} is looked at`
}
