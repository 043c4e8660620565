/**
 * A function in a tree of calls, with everything that ran in it there. Plain data, fit for JSON. `owner` is what `azbuild size` says:
 * `app`, `libc`, a component such as `net/tcp`; `outside` for code that is not the image's.
 */
export interface CallNode {
  readonly name: string
  readonly owner: string
  /** How often it was called from here. */
  readonly calls: number
  /** Instructions of its own. */
  readonly selfInstructions: number
  /** With everything that it called: the sum over the tree below. */
  readonly totalInstructions: number
  /** Most instructions first, then by name. */
  readonly children: readonly CallNode[]
}

/** Something that happened once, and when: instructions after the stamp at kernel entry. */
export interface TraceEvent {
  /** `entry`, `<level>: <component>` for each call of the init table, `main`, `listen`, `exit`, and last `idle` or `end`. */
  readonly name: string
  readonly atInstructions: number
}

/** What an image did from its first instruction until it listened or ended. */
export interface BootTrace {
  readonly root: CallNode
  readonly events: readonly TraceEvent[]
}
