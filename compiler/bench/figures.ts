import type { Runner } from '../run/index.ts'

/** What `azbuild bench --json` prints. Plain data; keys that end in `Instructions` hold exact figures and nothing else. */
export interface BenchDocument {
  readonly version: 1
  readonly images: readonly ImageFigures[]
  readonly primitives: PrimitiveFigures | null
  /** Why a figure is null, and what a reader has to know, a sentence each. */
  readonly notes: readonly string[]
}

/** A figure that cannot be had is null, and a note says why. */
export interface ImageFigures {
  readonly name: string
  readonly arch: 'x86_64' | 'i386'
  /** What counted. */
  readonly runner: Runner['name']
  /** Of the stripped file. */
  readonly bytes: number
  readonly sections: SectionBytes
  /** Owner (`app`, `libc`, a component ...) to bytes of the file; they add up to `bytes`. */
  readonly components: Readonly<Record<string, number>>
  /** Kernel entry to main(). */
  readonly bootInstructions: number
  /** main() to the first listen(). */
  readonly listenInstructions: number | null
  /** A GET of / on an open connection in the steady state: the mean, rounded. */
  readonly requestInstructions: number | null
  /** The same by layer; adds up to it. */
  readonly requestLayerInstructions: LayerInstructions | null
  /** From a client's SYN to its last ACK, nothing sent: the mean, rounded. */
  readonly connectionInstructions: number | null
  readonly connectionLayerInstructions: LayerInstructions | null
  /** System call to its mean in the steady state with all that it calls, rounded. */
  readonly syscallInstructions: Readonly<Record<string, number>> | null
  readonly leastMemoryBytes: number | null
  readonly pages: PageFigures | null
  readonly client: ClientFigures | null
}

export interface SectionBytes {
  readonly text: number
  readonly readOnlyData: number
  readonly data: number
  /** Memory that starts as zeros: not in the file. */
  readonly zero: number
}

export const layers = [
  'driver',
  'ip',
  'tcp',
  'sockets',
  'epoll',
  'app',
  'libc',
  'memory',
  'irq',
  'other',
] as const
export type LayerInstructions = Readonly<Record<string, number>>

/** Pages of 4 KiB that the kernel has handed out: when main() is called, and at most until the end of the measurement. */
export interface PageFigures {
  readonly atMain: number
  readonly highWater: number
}

/** With a client outside, by the wall clock of this machine: no exact figures, and comparable only within one run. */
export interface ClientFigures {
  readonly seconds: number
  readonly connections: number
  readonly requests: number
  readonly failures: number
  readonly requestsPerSecond: Spread
  readonly latencyMicroseconds: {
    readonly median: number
    readonly p90: number
    readonly p99: number
    readonly max: number
  }
}

/** Of several equal stretches. */
export interface Spread {
  readonly median: number
  readonly least: number
  readonly most: number
}

/** `<name>Instructions` for each primitive that the program measures; null where it cannot be had. */
export type PrimitiveFigures = {
  readonly arch: 'x86_64' | 'i386'
  readonly runner: Runner['name']
} & Readonly<Record<string, number | string | null>>
