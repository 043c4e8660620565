import type { Image } from '../link/index.ts'
import { entryAddresses, functionRange, trapStubs } from './image-map.ts'

export interface PluginOptions {
  readonly plugin: string
  /** Where it writes. */
  readonly out: string
  readonly every: number
  /** Sampling ends after so many samples, of 16 bytes each in the file. */
  readonly most: number
  /** Sampling ends when this function is entered. */
  readonly stopAt?: string | undefined
  /** One instruction is one nanosecond of the guest's clocks, so that a run repeats to the instruction. */
  readonly exact: boolean
}

/** QEMU's arguments for a run that is sampled. One thread for all processors: the plugin keeps its tables without locks. */
export function pluginArguments(image: Image, options: PluginOptions): readonly string[] {
  const stop = options.stopAt === undefined ? undefined : functionRange(image, options.stopAt)
  const fields = [
    `file=${options.plugin}`,
    `out=${options.out}`,
    `every=${options.every}`,
    `most=${options.most}`,
    ...entryAddresses(image).map((address) => `start=${address}`),
    ...(stop ? [`stop=${stop.start}`] : []),
    ...trapStubs(image).map(
      ({ what, start, stride, count }) =>
        `${what === 'fault' ? 'faults' : 'interrupts'}=${start}:${stride}:${count}`,
    ),
  ]
  return [
    ...['-accel', 'tcg,thread=single'],
    // QEMU takes a comma inside a value when it stands twice.
    ...['-plugin', fields.map((field) => field.replaceAll(',', ',,')).join(',')],
    ...(options.exact
      ? ['-icount', 'shift=0,sleep=off', '-rtc', 'base=2025-01-01,clock=vm', '-seed', '1']
      : []),
  ]
}
