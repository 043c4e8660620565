import { fail, ok, type Result } from '../diag/index.ts'
import { badRecording } from './diagnostics.ts'

/**
 * What a sampler saw: samples in the order of time, each a node of a tree of addresses. The path from the root to a node is a stack:
 * call instructions from the outermost on, at the end the instruction that was sampled.
 */
export interface Recording {
  /** What a sample stands for: instructions between two of them, or one interruption. */
  readonly unit: 'instructions' | 'samples'
  /** Guest instructions between two samples; 1 where samples are not counted in instructions. */
  readonly every: number
  /** Node numbers count from 1; `parents[n - 1]` is 0 at the root. */
  readonly parents: readonly number[]
  readonly addresses: readonly bigint[]
  readonly samples: readonly number[]
  /** Guest instructions from the first to the last; undefined when nobody counted them, or QEMU was killed. */
  readonly instructions: number | undefined
}

/** As in compiler/run/qemu/plugin/az_sample.c. */
const recordBytes = 16
const magic = 0x6d617a61
const version = 1
const kind = { node: 1, sample: 2, end: 3 } as const

/** Reads what the plugin wrote. A file that ends early holds what it holds: QEMU may have been killed. */
export function readRecording(bytes: Uint8Array): Result<Recording> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < recordBytes || view.getUint32(0, true) !== magic || view.getUint32(4, true) !== version)
    return fail(badRecording('it does not begin as one'))
  const every = Number(view.getBigUint64(8, true))
  const parents: number[] = []
  const addresses: bigint[] = []
  const samples: number[] = []
  let instructions: number | undefined
  for (let at = recordBytes; at + recordBytes <= bytes.length; at += recordBytes) {
    const what = view.getUint32(at, true)
    const node = view.getUint32(at + 4, true)
    if (node > parents.length) return fail(badRecording(`byte ${at} names a node that is not there`))
    if (what === kind.node) {
      parents.push(node)
      addresses.push(view.getBigUint64(at + 8, true))
    } else if (what === kind.sample && node > 0) {
      samples.push(node)
    } else if (what === kind.end) {
      instructions = Number(view.getBigUint64(at + 8, true))
    } else {
      return fail(badRecording(`byte ${at} begins no record`))
    }
  }
  return ok({ unit: 'instructions', every, parents, addresses, samples, instructions })
}

/** Gathers stacks into a recording. */
export interface RecordingWriter {
  /** Adds a sample: call instructions from the outermost on, at the end the instruction itself. */
  readonly add: (stack: readonly bigint[]) => void
  readonly finish: () => Recording
}

export function recordingWriter(): RecordingWriter {
  const numbers = new Map<string, number>()
  const parents: number[] = []
  const addresses: bigint[] = []
  const samples: number[] = []
  return {
    add: (stack) => {
      let node = 0
      for (const address of stack) {
        const key = `${node}:${address}`
        let next = numbers.get(key)
        if (next === undefined) {
          parents.push(node)
          addresses.push(address)
          numbers.set(key, (next = parents.length))
        }
        node = next
      }
      if (node > 0) samples.push(node)
    },
    finish: () => ({ unit: 'samples', every: 1, parents, addresses, samples, instructions: undefined }),
  }
}
