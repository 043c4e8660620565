import type { WorkerStart } from '../../compiler/run/v86/protocol.ts'

/** The first message to the worker; the URLs are absolute. */
export interface PlayStart {
  readonly kind: 'start'
  readonly start: WorkerStart
  readonly library: string
  readonly wasm: string
}

/** What the worker says beside the protocol of every v86 machine. */
export type FromPlayWorker =
  /** Instructions since the start. */
  | { readonly kind: 'stats'; readonly instructions: number }
  /** The machine could not be made. */
  | { readonly kind: 'broken'; readonly message: string }
