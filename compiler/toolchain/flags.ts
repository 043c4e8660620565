import type { Arch } from '../component/index.ts'
import type { SourceLibrary, Toolchain } from './types.ts'

/** What the flags of one compilation depend on beside toolchain and architecture. */
export interface FlagOptions {
  /** The folder with the generated headers: syscall_arch.h, bits/syscall.h, az/syscalls.h, az/config.h. */
  readonly generated: string
  /** Folders that must not show in the objects, with what stands in their place: `[['/home/me/app', 'app']]`. */
  readonly prefixes?: readonly (readonly [from: string, to: string])[]
}

/**
 * Small everywhere, because an image is loaded, booted and read whole. Beside `-Oz`, measured on the x86_64 images of
 * examples/ with the clang that `Toolchain` pins: a jump table has eight bytes for each case where a comparison has four;
 * and what the optimiser does to loops and registers for speed (loop strength reduction, spilling where it is
 * cold rather than where it is short) is undone. Together 3 % of hello.
 */
export const optimisation: readonly string[] = [
  '-Oz',
  '-fno-jump-tables',
  ...['-disable-lsr', '-split-spill-mode=size', '-hoist-common-insts', '-sink-common-insts'].flatMap(
    (option) => ['-mllvm', option],
  ),
]

/**
 * What every object of an image is compiled with. One baseline of instructions, so that an image runs on every machine
 * of its flavour; no position independence: the image is linked to one virtual address, for the upper 2 GiB on
 * x86_64; no red zone, because interrupts may run on the stack of what they interrupt; frame pointers, so that
 * a panic can walk the stack; sections per function and object, so that analysis and linker see each alone;
 * line tables alone as debug information, without a path of this machine.
 */
export function commonFlags(arch: Arch, options: FlagOptions): readonly string[] {
  return [
    ...targetFlags(arch),
    '-nostdinc',
    '-fno-pic',
    '-fno-pie',
    '-fno-common',
    '-fno-stack-protector',
    '-fno-unwind-tables',
    '-fno-asynchronous-unwind-tables',
    '-fno-omit-frame-pointer',
    '-ffunction-sections',
    '-fdata-sections',
    '-gdwarf-5',
    '-gline-tables-only',
    '-ffile-compilation-dir=.',
    ...(options.prefixes ?? []).map(([from, to]) => `-ffile-prefix-map=${from}=${to}`),
    ...optimisation,
  ]
}

function targetFlags(arch: Arch): readonly string[] {
  return arch === 'x86_64'
    ? ['--target=x86_64-unknown-linux-musl', '-mno-red-zone', '-mcmodel=kernel']
    : ['--target=i386-unknown-linux-musl', '-march=pentium4', '-msse2']
}

/** For the app's own files: hosted C on the libc of the image. The app's flags come after these. */
export function appFlags(
  toolchain: Toolchain,
  libc: SourceLibrary,
  arch: Arch,
  options: FlagOptions,
): readonly string[] {
  return [...commonFlags(arch, options), ...headerFlags(toolchain, libc, arch, options)]
}

/** For the kernel's files. They may use libc's headers for Linux' constants and structs, and call its mem* and str*. */
export function kernelFlags(
  toolchain: Toolchain,
  libc: SourceLibrary,
  arch: Arch,
  options: FlagOptions,
): readonly string[] {
  return [
    ...commonFlags(arch, options),
    '-std=c11',
    '-ffreestanding',
    '-fno-strict-aliasing',
    '-D_GNU_SOURCE',
    '-DAZ_KERNEL',
    ...kernelWarnings,
    ...headerFlags(toolchain, libc, arch, options),
  ]
}

const kernelWarnings = [
  '-Wall',
  '-Wextra',
  '-Wshadow',
  '-Wconversion',
  '-Wmissing-prototypes',
  '-Wundef',
  '-Wvla',
  '-Werror',
] as const

/** Added to `kernelFlags` for files that run in interrupts, where the FPU's registers are the interrupted code's. */
export const interruptSafeFlags: readonly string[] = ['-mgeneral-regs-only']

/** For the sources of libc itself. The generated headers come before musl's own of the same names. */
export function libcFlags(
  toolchain: Toolchain,
  libc: SourceLibrary,
  arch: Arch,
  options: FlagOptions,
): readonly string[] {
  return [
    ...commonFlags(arch, options),
    `-I${options.generated}`,
    ...libc.flags(arch),
    ...systemFolders([...libc.headers(arch), toolchain.headers]),
  ]
}

function headerFlags(
  toolchain: Toolchain,
  libc: SourceLibrary,
  arch: Arch,
  options: FlagOptions,
): readonly string[] {
  return systemFolders([options.generated, ...libc.headers(arch), toolchain.headers])
}

function systemFolders(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) => ['-isystem', folder])
}

/** For every link of an image, beside its linker script: nothing but what is reachable, and a build-id of the content. */
export function linkFlags(arch: Arch): readonly string[] {
  return [
    '-m',
    arch === 'x86_64' ? 'elf_x86_64' : 'elf_i386',
    '-static',
    '-nostdlib',
    '--gc-sections',
    '--build-id=sha1',
    '-z',
    'max-page-size=4096',
    '-z',
    'noexecstack',
  ]
}
