import type { Arch } from '../component/index.ts'

/** A program with the arguments that always come first: `zig clang` is one program and one argument. */
export interface Command {
  readonly program: string
  readonly args: readonly string[]
}

/** A C compiler, linker and archiver that work together. All take clang's and GNU ld's options. */
export interface Toolchain {
  readonly family: 'zig' | 'clang'
  readonly version: string
  readonly cc: Command
  readonly cxx: Command
  readonly ld: Command
  readonly ar: Command
  readonly targets: readonly Arch[]
  /** The folder of the compiler's own headers: stddef.h, stdarg.h, immintrin.h. */
  readonly headers: string
  /** Set in the environment of every command. */
  readonly env: Readonly<Record<string, string>>
  /** Equal for toolchains that make the same bytes of the same sources; part of every cache key. */
  readonly fingerprint: string
}

/** One source of a library: where it is and what its object is called. */
export interface LibrarySource {
  /** Absolute path. */
  readonly path: string
  /** `stdio/printf`: unique in the library, stable over machines. */
  readonly name: string
}

/** A library that comes as sources inside an npm package. */
export interface SourceLibrary {
  /** The npm package. */
  readonly provider: string
  /** The library and its version: `musl 1.2.4`. */
  readonly version: string
  /** Tells one content from another: changes whenever a source of the provider or of ours does. */
  readonly integrity: string
  /** Folders of this machine that its sources lie in, with what debug information shows instead. */
  readonly prefixes: readonly (readonly [from: string, to: string])[]
  /** Sources of an architecture, sorted by name. */
  sources(arch: Arch): readonly LibrarySource[]
  /** Compiler arguments for its own sources, beside those of the toolchain and the generated headers. */
  flags(arch: Arch): readonly string[]
  /** Folders of headers for programs that use it, in the order of search. */
  headers(arch: Arch): readonly string[]
}
