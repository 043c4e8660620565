import type { Span } from '../diag/index.ts'

/** One step from the app towards a demand, outermost first: "main.c:31 main calls listen". */
export interface ReasonStep {
  /** The function (or other symbol) this step is in. */
  readonly from: string
  /** What it refers to. */
  readonly to: string
  /** The line that does so, where debug information tells. */
  readonly span?: Span
  /** How it refers to it, where the code tells: a call, the address taken or held, or an instruction that enters the kernel. */
  readonly kind?: 'call' | 'reference' | 'trap'
}

/** Something the app needs, with the shortest chain of references that shows it. */
export interface Demanded {
  readonly name: string
  readonly because: readonly ReasonStep[]
}

/** What an app asks of the kernel. The same for every source language: evidence, tied to none. */
export interface Demand {
  /** System calls by canonical name (`api/syscalls.tbl`), sorted by name. */
  readonly syscalls: readonly Demanded[]
  /**
   * Features that are no system call, sorted: an interface name of `components/api/interfaces.ts`
   * that libc or the app refers to directly, e.g. `libc.malloc`.
   */
  readonly features: readonly Demanded[]
  /** System calls whose number could not be decided. */
  readonly undecided: readonly Demanded[]
  /** Symbols that nothing defines. */
  readonly unresolved: readonly Demanded[]
}
