import type { Arch } from '../component/index.ts'

/** Who a part of the image belongs to. */
export type Owner =
  | { readonly kind: 'app' }
  | { readonly kind: 'component'; readonly name: string }
  | { readonly kind: 'generated' }

/** The sets of compiler flags; which flags they are is the toolchain's business. */
export type FlagSet = 'app' | 'kernel' | 'irqSafe'

/** One call of the compiler. Paths are relative to the workspace, where ninja runs. */
export interface CompileEdge {
  readonly source: string
  readonly object: string
  readonly flagSet: FlagSet
  /** Flags of this edge alone, after those of the set. */
  readonly flags: readonly string[]
  readonly owner: Owner
}

/** A file to write before ninja runs. */
export interface GeneratedFile {
  readonly path: string
  readonly text: string
}

/** Everything that makes one image, decided: files, flags, edges. Rendered by `emit`, run by ninja. */
export interface BuildPlan {
  readonly name: string
  readonly arch: Arch
  readonly compile: readonly CompileEdge[]
  readonly link: {
    /** Linked in front of `objects`' order: everything that is always in. */
    readonly objects: readonly string[]
    readonly archives: readonly string[]
    /** Symbols whose references lead to `__wrap_<symbol>` instead; that finds the symbol itself as `__real_<symbol>`. */
    readonly wrapped: readonly string[]
    readonly script: string
    readonly output: string
    readonly map: string
  }
}

/** Where the files of one image lie, relative to the workspace. */
export interface Layout {
  /** `out/<image>/<arch>`. */
  readonly out: string
  /** Folder of generated sources and headers. */
  readonly generated: string
  /** The stripped image, ready to boot. */
  readonly image: string
  /** The same with symbols and line tables. */
  readonly symbols: string
  readonly map: string
  readonly appNinja: string
  readonly ninja: string
  readonly linkScript: string
}

/** The layout of an image's output folder. */
export function layoutOf(name: string, arch: Arch): Layout {
  const out = `out/${name}/${arch}`
  return {
    out,
    generated: `${out}/gen`,
    image: `${out}/${name}.elf`,
    symbols: `${out}/${name}.debug.elf`,
    map: `${out}/${name}.map`,
    appNinja: `${out}/app.ninja`,
    ninja: `${out}/build.ninja`,
    linkScript: `${out}/gen/image.ld`,
  }
}
