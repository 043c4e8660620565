import { ownerFinder, type BuildRecord } from '../build/index.ts'
import { fail, ok, type Diagnostic, type Result } from '../diag/index.ts'
import type { Host } from '../host/index.ts'
import { rangeAt, readImage, type Image } from '../link/index.ts'
import { runImage, type Measurement, type RunOutcome, type RunRequest } from '../run/index.ts'
import { needsPlugin, noSamples } from './diagnostics.ts'
import { linkedAddress, loadedAddress, trapStubs } from './image-map.ts'
import { pluginArguments } from './plugin-arguments.ts'
import { ensurePlugin } from './plugin.ts'
import { profileOf, type Profile } from './profile.ts'
import { readRecording, recordingWriter, type Recording } from './recording.ts'

export type SamplerName = 'plugin' | 'gdb'

/** A prime, so that no loop of the guest keeps step with it. */
export const everyOfRun = 10007
/** A start is short: every instruction is looked at. */
export const everyOfBoot = 1

/** A quarter of a gigabyte in the file. */
export const samplesMax = 2 ** 24

export interface ProfileOptions {
  /** The plugin, and the gdb stub where there is none, unless told. */
  readonly sampler?: SamplerName
  /** Guest instructions between two samples; of the plugin alone. `everyOfRun` or `everyOfBoot` when absent. */
  readonly every?: number
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
  const sampled = await runSampled(host, record, image.value, request, options)
  if (!sampled.ok) return sampled
  const { outcome, recording, sampler } = sampled.value
  if (recording.samples.length === 0) return fail(noSamples(record.name, whyNone(recording)))
  const ownerAt = ownerFinder(host, record)
  const profile = profileOf({
    name: record.name,
    arch: record.arch,
    image: image.value,
    recording,
    ownerAt: (address) => ownerAt(address)?.name,
  })
  return ok({ outcome, sampler, profile })
}

interface Sampled {
  readonly sampler: SamplerName
  readonly outcome: RunOutcome
  readonly recording: Recording
}

/** The plugin, unless told otherwise; the stub where the plugin cannot be, if it will do. */
async function runSampled(
  host: Host,
  record: BuildRecord,
  image: Image,
  request: RunRequest,
  options: ProfileOptions,
): Promise<Result<Sampled>> {
  const counts = options.exact || options.bootOnly || options.every !== undefined
  if (options.sampler === 'gdb')
    return counts ? fail(needsPlugin(options.bootOnly)) : runWithStub(image, request)
  const sampled = await runWithPlugin(host, record, image, request, options)
  if (sampled.ok || options.sampler || options.exact || options.bootOnly) return sampled
  const why = sampled.problems.find(isAboutPlugin)
  if (!why) return sampled
  const text = `sampling by time through the gdb stub, not by instructions: ${why.message}`
  request.onEvent({ kind: 'notice', text })
  return runWithStub(image, request)
}

/** A plugin that cannot be built, and one that QEMU does not take: it says so before the guest has started. */
function isAboutPlugin({ code, output }: Diagnostic): boolean {
  return code.startsWith('profile/plugin-') || (code === 'run/qemu-failed' && /plugin/i.test(output ?? ''))
}

/** Often enough for a run of a second, seldom enough that the guest gets on. */
const stubEveryMs = 10

async function runWithStub(image: Image, request: RunRequest): Promise<Result<Sampled>> {
  const writer = recordingWriter()
  const traps = trapStubs(image).flatMap(({ start }) => rangeAt(image, start) ?? [])
  let entered = false // before that the firmware runs
  const outcome = await runImage('qemu', {
    ...request,
    sampling: {
      everyMs: stubEveryMs,
      isTrapEntry: (address) => traps.some(({ start, end }) => address >= start && address < end),
      onStack: (stack) => {
        entered ||= linkedAddress(image, stack.at(-1)!) !== undefined
        if (entered) writer.add(stack)
      },
    },
  })
  return outcome.ok ? ok({ sampler: 'gdb', outcome: outcome.value, recording: writer.finish() }) : outcome
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
      every: options.every ?? (options.bootOnly ? everyOfBoot : everyOfRun),
      most: samplesMax,
      exact: options.exact && !measurement, // which is exact by itself
      stopAt: options.bootOnly ? 'main' : lastFunction,
    })
    const outcome = await runImage('qemu', {
      ...(options.exact ? withoutInput(request) : request),
      ...(measurement ? { measurement } : {}),
      qemuArgs,
    })
    if (!outcome.ok) return outcome
    const recording = readRecording(host.readBytes(out) ?? new Uint8Array())
    if (!recording.ok) return recording
    if (recording.value.samples.length === samplesMax) {
      const text = `the profile ends after ${samplesMax} samples; a larger --every looks at the whole run`
      request.onEvent({ kind: 'notice', text })
    }
    return ok({ sampler: 'plugin', outcome: outcome.value, recording: recording.value })
  } finally {
    host.remove(out)
  }
}

/** What a guest tells its status with: azbuild then ends the machine, at once or a little later. */
const lastFunction = 'az_link_exit'

/** Input, and the end of it, come when the host has time for them: a run that has any does not repeat. */
function withoutInput({ input: _, terminal: __, ...request }: RunRequest): RunRequest {
  return request
}

/** Ends the run at the first word after the stamp before main(). */
function bootMeasurement(image: Image): Measurement | undefined {
  const entryAddress = loadedAddress(image, 'az_boot_tsc_entry')
  const mainAddress = loadedAddress(image, 'az_boot_tsc_main')
  if (entryAddress === undefined || mainAddress === undefined) return undefined
  return { entryAddress, mainAddress, stopAtMain: true }
}

function whyNone({ unit, instructions, every }: Recording): string {
  if (unit === 'samples')
    return `it ended or waited whenever the machine was interrupted, every ${stubEveryMs} ms`
  if (instructions === 0) return 'its first instruction was never reached'
  return instructions === undefined
    ? 'it ended too soon'
    : `it ran ${instructions} instructions, and one in ${every} is looked at`
}
