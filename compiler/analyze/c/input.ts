import type { Demand, ReasonStep } from '../demand.ts'

/** A file that takes part in the link. */
export interface LinkInput {
  /** As messages name it. */
  readonly path: string
  readonly bytes: Uint8Array
}

/** What the analysis of a C program starts from. */
export interface CProgram {
  /** The app's own objects, compiled with one section per function and with line tables. */
  readonly objects: readonly LinkInput[]
  /** Archives in link order (libc, the compiler's helpers, the app's libraries). */
  readonly archives: readonly LinkInput[]
  /** Objects that are always linked but are not the app's (start-up files, a component under `why`). */
  readonly extraObjects?: readonly LinkInput[]
  /** Where control enters besides `main`, e.g. `__libc_start_main`: what they reach is needed as well. */
  readonly roots?: readonly string[]
  /** Canonical system call names: the rows of `api/syscalls.tbl`. */
  readonly syscalls: ReadonlySet<string>
  /** What instructions that enter a kernel may ask for; without it none are looked for. */
  readonly trapCalls?: TrapCalls
  /** Symbol -> feature, for references that are demands of their own: `malloc` -> `libc.malloc`. */
  readonly features?: ReadonlyMap<string, string>
  /**
   * Symbols that the kernel or the linker script defines, beyond those that every linker does: no archive is asked
   * for them, while a definition in an object counts. Names that begin with `az_` need not be listed.
   */
  readonly provided?: ReadonlySet<string>
  /** Turns the path of a source as the compiler wrote it into the one users see. */
  readonly mapSource?: (path: string) => string
}

/** The system calls of a flavour by Linux's number. */
export interface TrapCalls {
  /** To canonical names. */
  readonly names: ReadonlyMap<number, string>
  /** Numbers under which Linux takes other parameters than az: they must not be made by instruction. */
  readonly foreign: ReadonlySet<number>
}

/** What the analysis found. */
export interface CAnalysis {
  readonly demand: Demand
  /** System calls that are only referred to weakly, sorted: made where the image happens to have them. */
  readonly optionalSyscalls: readonly string[]
  /** Archive members that the app pulls in, `libc.a(printf.o)`, in the order the linker takes them. */
  readonly members: readonly string[]
  /** Every section that survives `--gc-sections`, sorted by file in link order, then index. */
  readonly sections: readonly ReachedSection[]
  /** For each unresolved symbol the defined names nearest to it, best first; at most three. */
  readonly suggestions: ReadonlyMap<string, readonly string[]>
  /** The shortest chain to any symbol that is reached; `undefined` when it is not in the image. */
  readonly reasonFor: (symbol: string) => readonly ReasonStep[] | undefined
  /**
   * Every step out of the app's own code that leads to a system call, a feature, or (`syscall`) a call whose number is not known, by
   * its name in the demand; by file, line and target. Empty when only start-up code leads there.
   */
  readonly appStepsTo: (name: string) => readonly ReasonStep[]
}

export interface ReachedSection {
  readonly file: string
  readonly section: string
}
