import { errorOf, warningOf, type Diagnostic } from '../diag/index.ts'

/** A row of the system call table that cannot be read. */
export function badSyscallTable(file: string, line: number, what: string): Diagnostic {
  return errorOf('toolchain/bad-syscall-table', `The system call table cannot be read: ${what}`, {
    span: { file, line },
    hint: 'The head of the file describes its columns.',
  })
}

/** No zig for this machine is installed. */
export function unsupportedHost(platform: string, cpuArch: string, packageName: string): Diagnostic {
  return errorOf('toolchain/unsupported-host', `The C compiler for ${platform}-${cpuArch} is not installed`, {
    cause: 'machine',
    hint: `npm ci --include=optional installs ${packageName} where it exists; or install clang 17 and lld, and set AZBUILD_CC=clang.`,
  })
}

/** A program that the user or the host was to supply. */
export function programMissing(name: string, variable: string): Diagnostic {
  return errorOf('toolchain/program-missing', `There is no program "${name}" on this machine`, {
    cause: 'machine',
    hint: `Install it, or name another one in ${variable}.`,
  })
}

/** A compiler that does not answer as clang does. */
export function compilerUnusable(path: string): Diagnostic {
  return errorOf('toolchain/compiler-unusable', `${path} does not answer as clang does`, {
    cause: 'machine',
    hint: 'Set AZBUILD_CC to a clang, or unset it to use the compiler that npm installed.',
  })
}

/** A clang from before the oldest that is known to work. */
export function compilerTooOld(path: string, version: string, versionMin: number): Diagnostic {
  return errorOf(
    'toolchain/compiler-too-old',
    `${path} is clang ${version}; ${versionMin} is the oldest that works`,
    {
      cause: 'machine',
      hint: 'Set AZBUILD_CC to a newer clang, or unset it to use the compiler that npm installed.',
    },
  )
}

/** A cached archive that is not what was written. It is built again. */
export function corruptCache(folder: string, what: string): Diagnostic {
  return warningOf(
    'toolchain/corrupt-cache',
    `The cached C library is damaged (${what}) and is built again`,
    {
      span: { file: folder },
    },
  )
}

/** Nowhere to keep the archive. */
export function cacheUnwritable(folders: readonly string[]): Diagnostic {
  return errorOf(
    'toolchain/cache-unwritable',
    `No folder for the cache can be written: ${folders.join(', ')}`,
    {
      cause: 'machine',
      hint: 'Set AZBUILD_CACHE to a folder that you may write.',
    },
  )
}

/** Another process holds the archive for longer than a build takes. */
export function cacheLocked(folder: string): Diagnostic {
  return errorOf('toolchain/cache-locked', `Another azbuild has been building the C library for minutes`, {
    span: { file: folder },
    cause: 'machine',
    hint: 'Wait for it, or end it and try again.',
  })
}

/** The C library did not compile: a broken toolchain, or no room left. */
export function libcBuildFailed(output: string): Diagnostic {
  return errorOf('toolchain/libc-build-failed', 'The C library could not be built', {
    cause: 'machine',
    output,
    hint: 'See what the compiler says above; azbuild doctor checks the toolchain and the room on the disk.',
  })
}
