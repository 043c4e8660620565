import type { Arch } from '../component/index.ts'

/** Limits that `azbuild image --check` holds. Absent means unlimited. docs/guides/budgets.md has what each figure is. */
export interface Budget {
  /** Bytes of the stripped image file. */
  readonly imageBytes?: number
  /** Bytes in the file by owner, as `azbuild size` names them: `app`, `libc`, a component such as `net/tcp`. */
  readonly componentBytes?: Readonly<Record<string, number>>
  /** Bytes that the image may have grown since the baseline in `bench.json`, padding left out. */
  readonly growthBytes?: number
  /** The same in percent of the baseline. */
  readonly growthPercent?: number
  /** Guest instructions from kernel entry to main(). */
  readonly bootInstructions?: number
  /** Guest instructions for one keep-alive GET / in steady state. */
  readonly requestInstructions?: number
  /** Guest instructions for a connection that is opened and closed. */
  readonly connectionInstructions?: number
  /** The least memory that the image reaches main() with. */
  readonly leastMemoryBytes?: number
  /** The only system calls the image may contain, by name. */
  readonly syscalls?: readonly string[]
  /** The only components the image may contain, by name. */
  readonly components?: readonly string[]
}

/** How a system call that nothing implements is answered: `stub` fails with ENOSYS, `fake` returns 0. */
export type DeclaredSyscall = 'stub' | 'fake'

/** What an app's shog.config.ts may say. Everything has a default; paths are relative to the app's folder. */
export interface AppConfig {
  /** Name of the image; the folder's name by default. */
  readonly name?: string
  /** C files and globs; every .c file below the folder by default. */
  readonly sources?: readonly string[]
  /** Globs to leave out of `sources`. */
  readonly exclude?: readonly string[]
  /** Folders for #include; the app's folder and its include/ are always among them. */
  readonly include?: readonly string[]
  /** Preprocessor macros; true defines one as 1. */
  readonly defines?: Readonly<Record<string, string | number | true>>
  /** Further compiler flags. */
  readonly cflags?: readonly string[]
  /** Static libraries (.a) or objects (.o) to link, built for the flavour; `{arch}` stands for it. */
  readonly libraries?: readonly string[]
  /** Arguments after argv[0], when the command line gives none. */
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Memory of the machine that `azbuild run` makes: '64M', '1280K'. */
  readonly memory?: string
  /** Port forwards of `azbuild run`: 'HOST:GUEST'. */
  readonly ports?: readonly string[]
  /** Files built into the image, read-only: path in the image to path on disk. */
  readonly embed?: Readonly<Record<string, string>>
  /** System calls that nothing implements and the app can do without. */
  readonly syscalls?: Readonly<Record<string, DeclaredSyscall>>
  /** The calls behind `syscall(n)` with a number known only at run time. */
  readonly dynamicSyscalls?: readonly string[]
  readonly budget?: Partial<Readonly<Record<Arch, Budget>>>
}

/** An image of the workspace. */
export interface ImageConfig {
  /** The app's folder, relative to the workspace. */
  readonly app: string
  readonly arch?: Arch
}

/** What the shog.config.ts at the root of a workspace may say. */
export interface WorkspaceConfig {
  /** Images by name. */
  readonly images: Readonly<Record<string, ImageConfig>>
  /** The image that commands mean when none is named; the only one by default. */
  readonly default?: string
  /** For every app that does not say otherwise. */
  readonly defaults?: AppConfig
  /** 'zig' (bundled, the default) or 'clang' with ld.lld from PATH, AZBUILD_CC and AZBUILD_LD. */
  readonly toolchain?: 'zig' | 'clang'
}

/** Gives a shog.config.ts its type. */
export function defineConfig<T extends AppConfig | WorkspaceConfig>(config: T): T {
  return config
}
