import type { Arch } from '../component/index.ts'
import { fail, ok, type Result } from '../diag/index.ts'
import { digest, type Host } from '../host/index.ts'
import { unsupportedHost } from './diagnostics.ts'
import { packageVersion, zigPlatformPackage } from './find-toolchain.ts'
import { packageFolderOf, type PackageFolder } from './package-folder.ts'
import type { LibrarySource, SourceLibrary } from './types.ts'

/**
 * Sources of musl that no image has, by name without the extension, with the reason. A trailing slash means
 * everything below. A file of ours with the same name (components/libc/musl) replaces one without a row here.
 */
const excluded: Readonly<Record<string, string>> = {
  'thread/__syscall_cp': 'the cancellable call is inline in our syscall_arch.h',
  'malloc/': 'libc/malloc has the family',
  'ldso/dlstart': 'there is no dynamic loader',
  'locale/iconv': 'this copy writes past its output for some encodings; see docs/adr/0001',
  'string/memchr': 'libc/string has it',
  'string/memcmp': 'libc/string has it',
  'string/memcpy': 'libc/string has it',
  'string/memmove': 'libc/string has it',
  'string/memset': 'libc/string has it',
  'string/strchrnul': 'libc/string has it',
  'string/strcmp': 'libc/string has it',
  'string/strlen': 'libc/string has it',
  'string/strncmp': 'libc/string has it',
}

/** Assembly of x86 that holds a system call instruction, or is a slower copy: the C file of the same name is taken. */
const assemblyNotTaken = new Set([
  'internal/defsysinfo',
  'process/vfork',
  'signal/restore',
  'thread/__set_thread_area',
  'thread/__unmapself',
  'thread/clone',
  'thread/syscall_cp',
])

export interface MuslOptions {
  /** The folder of our own replacements: components/libc/musl. */
  readonly overrides: string
  readonly packageFolder?: PackageFolder
}

/** musl as it comes inside the zig package, with our replacements: `<overrides>/<dir>/<name>.c` for `src/<dir>/<name>.c`. */
export function findMusl(host: Host, options: MuslOptions): Result<SourceLibrary> {
  const name = zigPlatformPackage(host)
  const folder = (options.packageFolder ?? packageFolderOf(host))(name)
  const root = folder && `${folder}/lib/libc`
  if (!folder || !root || !host.list(`${root}/musl/src`))
    return fail(unsupportedHost(host.platform, host.cpuArch, name))
  const ours = listSources(host, options.overrides, '')
  return ok({
    provider: name,
    version: 'musl 1.2.4',
    integrity: digest(packageVersion(host, folder), ...textsBelow(host, options.overrides, '')),
    prefixes: [
      [root, 'libc'],
      [options.overrides, 'components/libc/musl'],
    ],
    sources: (arch) => muslSources(host, `${root}/musl/src`, ours, arch),
    flags: (arch) => [
      `-I${options.overrides}/include/${arch}`,
      `-I${options.overrides}/include`,
      ...muslFlags(`${root}/musl`, arch),
    ],
    headers: (arch) => muslHeaders(root, arch),
  })
}

/** `dir/name -> path` of the C and assembly files in the folders below `root`. */
function listSources(host: Host, root: string, inner: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  for (const dir of host.list(root) ?? []) {
    const folder = inner === '' ? `${root}/${dir}` : `${root}/${dir}/${inner}`
    for (const file of host.list(folder) ?? []) {
      const match = /^(.*)\.[csS]$/.exec(file)
      if (match) found.set(`${dir}/${match[1]}`, `${folder}/${file}`)
    }
  }
  return found
}

/** Relative path and content of every C, header and assembly file below a folder. */
function textsBelow(host: Host, folder: string, prefix: string): readonly string[] {
  return (host.list(folder) ?? []).flatMap((name) =>
    host.info(`${folder}/${name}`)?.kind === 'folder'
      ? textsBelow(host, `${folder}/${name}`, `${prefix}${name}/`)
      : /\.[chsS]$/.test(name)
        ? [`${prefix}${name}`, host.readText(`${folder}/${name}`) ?? '']
        : [],
  )
}

function muslSources(
  host: Host,
  src: string,
  ours: ReadonlyMap<string, string>,
  arch: Arch,
): readonly LibrarySource[] {
  const assembly = [...listSources(host, src, arch)].filter(([name]) => !assemblyNotTaken.has(name))
  const theirs = new Map([...listSources(host, src, ''), ...assembly])
  const sources = [...new Map([...theirs, ...ours])]
    .filter(([name]) => ours.has(name) || !isExcluded(name))
    .map(([name, path]) => ({ name, path }))
  return sources.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function isExcluded(name: string): boolean {
  return name in excluded || `${name.split('/')[0]}/` in excluded
}

/** musl's own build flags, without those that every object of an image has. `-w`: its warnings are not ours to mend. */
function muslFlags(musl: string, arch: Arch): readonly string[] {
  return [
    '-std=c99',
    '-ffreestanding',
    '-D_XOPEN_SOURCE=700',
    '-DAZ_LIBC',
    '-fexcess-precision=standard',
    '-frounding-math',
    '-ffp-contract=off',
    '-fno-strict-aliasing',
    '-w',
    '-Qunused-arguments',
    `-I${musl}/arch/${arch}`,
    `-I${musl}/arch/generic`,
    `-I${musl}/src/include`,
    `-I${musl}/src/internal`,
    `-I${musl}/include`,
    `-I${musl}/src`,
  ]
}

/** The headers that zig generated from musl for an architecture, those all have in common, musl's, and Linux' own. */
function muslHeaders(root: string, arch: Arch): readonly string[] {
  const cpu = arch === 'x86_64' ? 'x86_64' : 'x86'
  return [
    `${root}/include/${cpu}-linux-musl`,
    `${root}/include/generic-musl`,
    `${root}/musl/include`,
    `${root}/include/x86-linux-any`,
    `${root}/include/any-linux-any`,
  ]
}
