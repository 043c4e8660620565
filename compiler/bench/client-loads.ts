import type { Load } from '../run/index.ts'

/** How a client outside measures. */
export interface ClientOptions {
  readonly rounds: number
  /** Of each stretch that is timed: a round has one for each count of connections, and one of new connections. */
  readonly durationMs: number
}

export const clientConnections = [1, 8, 64] as const
/** New connections are made by so many at once: as many as QEMU's network lets wait; a third would be told a second later. */
const dialers = 2

/** The stretches of a round, that of new connections last. */
export const clientLoads: readonly Pick<Load, 'connections' | 'newConnections'>[] = [
  ...clientConnections.map((connections) => ({ connections })),
  { connections: dialers, newConnections: true },
]
