import type { Arch, Component } from '../component/index.ts'
import type { Demand } from '../analyze/index.ts'

/** A component of an image, and why it is there: outermost reason first. */
export interface Selected {
  readonly component: Component
  readonly symbol: string
  readonly because: readonly string[]
}

/** What an image is made of: every entry with its reason. */
export interface Selection {
  readonly arch: Arch
  /** Sorted by name. */
  readonly components: readonly Selected[]
  /** Kconfig symbols that are not off, without CONFIG_, with their values as .config writes them. Sorted. */
  readonly symbols: readonly (readonly [name: string, value: string])[]
  /** System calls of the image by canonical name, sorted; `declared` ones are answered by azbuild. */
  readonly syscalls: readonly SelectedSyscall[]
  readonly demand: Demand
}

export interface SelectedSyscall {
  readonly name: string
  /** The chain from the app, outermost reason first. */
  readonly because: readonly string[]
  readonly answeredBy:
    | { readonly kind: 'component'; readonly component: string; readonly symbol: string }
    | { readonly kind: 'declared'; readonly as: 'stub' | 'fake' }
}
