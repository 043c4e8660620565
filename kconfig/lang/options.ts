import type { Shell, StartShell } from './macros.ts'
import type { Rules } from './model.ts'

/** What reading a tree needs, and what it may do. */
export interface ParseOptions {
  /** The name of the first file, given to `read`. */
  readonly root: string
  /** The text of a file, or undefined when there is none. Names come as written in the tree. */
  readonly read: (file: string) => string | undefined
  /** Names of the files that match a pattern with `*`, `?` or `[...]`, sorted; without it patterns are plain names. */
  readonly glob?: (pattern: string) => readonly string[]
  /** What `$(NAME)` may see. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** Leave to run `$(shell,...)`; without it each use is a warning and expands to nothing. */
  readonly shell?: Shell
  /**
   * The same leave, for callers that can run commands beside the reading: begins a command and returns how to wait for
   * its output. Outputs that only conditions and defaults need are not waited for until everything is read.
   */
  readonly startShell?: StartShell
  /** Linux 6.1's rules for choices, or 6.12's. Default '6.1'. */
  readonly rules?: Rules
  /** Put before symbols in .config. Default `CONFIG_`. */
  readonly prefix?: string
  /** Take the symbol named MODULES as the `modules` symbol if none is marked, as Kconfiglib does. Default false. */
  readonly modulesByName?: boolean
}
