import type { Budget, DeclaredSyscall } from '../app/index.ts'
import type { Arch } from '../component/index.ts'
import type { Diagnostic } from '../diag/index.ts'

/** What to build. */
export interface BuildRequest {
  /** An app's folder, an image of the workspace, or nothing for the default. */
  readonly app: string | undefined
  /** Before the workspace's, which comes before x86_64. */
  readonly arch?: Arch
  /** Another .config than the one beside the app. */
  readonly config?: string
  /** An unknown symbol in .config is an error. */
  readonly strict?: boolean
  /** How many jobs ninja runs; as many as there are cores by default. */
  readonly jobs?: number
  readonly onEvent?: (event: BuildEvent) => void
}

/** What happens during a build, for progress and -v. */
export type BuildEvent =
  | { readonly kind: 'step'; readonly text: string; readonly done?: number; readonly total?: number }
  | { readonly kind: 'command'; readonly line: string }
  | { readonly kind: 'warning'; readonly problem: Diagnostic }

/** A component or system call of an image with why it is there, outermost reason first. */
export interface Reasoned {
  readonly name: string
  readonly because: readonly string[]
}

/** What was built: kept beside the image as plain data, so that a build with nothing to do need not find it out again. */
export interface BuildRecord {
  readonly name: string
  readonly arch: Arch
  /** Absolute folders and files. */
  readonly workspace: string
  readonly folder: string
  readonly out: string
  readonly image: string
  readonly symbols: string
  readonly map: string
  /** Bytes of the image file. */
  readonly bytes: number
  readonly components: readonly Reasoned[]
  readonly syscalls: readonly Reasoned[]
  /** Those of `syscalls` that the app's configuration answers, not the kernel. */
  readonly declared: Readonly<Record<string, DeclaredSyscall>>
  /** Kconfig symbols that are not off. */
  readonly options: readonly (readonly [name: string, value: string])[]
  /** Has a network device to attach; has a driver for an entropy device. */
  readonly net: boolean
  readonly rng: boolean
  /** What the app's configuration says about running it. */
  readonly run: { readonly memory?: string; readonly ports: readonly string[] }
  /** The app's budget for this flavour, when it has one. */
  readonly budget?: Budget
  readonly warnings: readonly Diagnostic[]
}
