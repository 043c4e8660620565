import type { Runner } from '../run/index.ts'
import type { Spread } from './spread.ts'

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
  /** The same with one GET of / on it. */
  readonly connectionRequestInstructions: number | null
  /** System call to its mean in the steady state with all that it calls, rounded. */
  readonly syscallInstructions: Readonly<Record<string, number>> | null
  readonly leastMemoryBytes: number | null
  readonly pages: PageFigures | null
  /** Null unless asked for. */
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

/** With a client outside: no figure is the same twice, so no key ends in `Instructions`. */
export interface ClientFigures extends TimedByClient {
  /** Null when it did not last, and a note says why. */
  readonly counted: CountedByClient | null
}

/** Instructions of the guest while a client outside asks: the median of the rounds of their means, and the spread. */
export interface CountedByClient {
  readonly connections: readonly { readonly connections: number; readonly perRequest: CountedSpread }[]
  /** Of a connection that is opened, asked once and closed. */
  readonly perNewConnection: CountedSpread
  /** With one connection: system call to its mean with all that it calls. */
  readonly perSyscall: Readonly<Record<string, Spread>>
}

export interface CountedSpread {
  readonly all: Spread
  readonly byLayer: Readonly<Record<string, Spread>>
}

/** By the wall clock of this machine: only ratios of one run mean anything. */
export interface TimedByClient {
  readonly runner: Runner['name']
  readonly rounds: number
  /** How long a round asks with each count of connections. */
  readonly roundSeconds: number
  /** Requests without a whole answer, in all rounds. */
  readonly failures: number
  readonly connections: readonly {
    readonly connections: number
    readonly requestsPerSecond: Spread
    /** Of a closed loop, so a stall is in as many latencies as there are connections. */
    readonly latencyMicroseconds: Readonly<Record<'p50' | 'p90' | 'p99' | 'max', Spread>>
  }[]
  /** Opened, asked once and closed. */
  readonly newConnectionsPerSecond: Spread
}

/** `<name>Instructions` for each primitive that the program measures; null where it cannot be had. */
export type PrimitiveFigures = {
  readonly arch: 'x86_64' | 'i386'
  readonly runner: Runner['name']
} & Readonly<Record<string, number | string | null>>
