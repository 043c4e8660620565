import { fail, ok, type Result } from '../../diag/index.ts'
import type { Host } from '../../host/index.ts'
import { cacheFolders, isWritable } from '../../toolchain/index.ts'
import { kernelMissing, kernelWithoutModules } from '../diagnostics.ts'

/** The Debian package of the kernel that az is compared with: the one built for virtual machines. */
export const kernelPackage = 'linux-image-cloud-amd64'

/** A Linux kernel of this machine. */
export interface LinuxKernel {
  /** `6.1.0-56-cloud-amd64`. */
  readonly version: string
  /** The bzImage. */
  readonly image: string
  /** The folder with `kernel/` and modules.builtin. */
  readonly modules: string
}

/**
 * The newest cloud kernel of this machine: one that is installed, or one that an earlier call unpacked into the cache. When there is none
 * and apt can give it, its package is fetched and unpacked into the cache, not installed.
 */
export async function findLinuxKernel(
  host: Host,
  onFetch: (name: string) => void = () => {},
): Promise<Result<LinuxKernel>> {
  const present = presentKernel(host)
  if (present !== undefined) return usable(host, present)
  const unpacked = await unpackKernel(host, onFetch)
  return unpacked === undefined ? fail(kernelMissing(kernelPackage)) : usable(host, unpacked)
}

/** The same without fetching anything: for `azbuild doctor`. */
export function presentKernel(host: Host): LinuxKernel | undefined {
  for (const root of ['', ...cacheFolders(host).map(unpackedFolder)]) {
    const versions = (host.list(`${root}/boot`) ?? []).flatMap(
      (name) => /^vmlinuz-(.+-cloud-amd64)$/.exec(name)?.[1] ?? [],
    )
    const version = versions.sort(compareVersions).at(-1)
    if (version === undefined) continue
    return { version, image: `${root}/boot/vmlinuz-${version}`, modules: modulesOf(host, root, version) }
  }
  return undefined
}

const unpackedFolder = (cache: string): string => `${cache}/linux`

/** Debian's packages with a merged /usr have modules below usr/lib. */
function modulesOf(host: Host, root: string, version: string): string {
  const folders = [`${root}/lib/modules/${version}`, `${root}/usr/lib/modules/${version}`]
  return folders.find((folder) => host.info(folder)) ?? folders[0]!
}

function usable(host: Host, kernel: LinuxKernel): Result<LinuxKernel> {
  return host.info(`${kernel.modules}/kernel`)?.kind === 'folder'
    ? ok(kernel)
    : fail(kernelWithoutModules(kernel.image, kernel.modules))
}

/** Numbers in a version compare as numbers. */
export function compareVersions(left: string, right: string): number {
  return left.localeCompare(right, 'en', { numeric: true })
}

async function unpackKernel(host: Host, onFetch: (name: string) => void): Promise<LinuxKernel | undefined> {
  if (!['apt-get', 'apt-cache', 'dpkg-deb'].every((program) => host.findProgram(program))) return undefined
  const depends = await host.run('apt-cache', ['depends', kernelPackage])
  const name = /Depends: (linux-image-\S+)/.exec(depends.stdout)?.[1]
  const cache = cacheFolders(host).find((folder) => isWritable(host, folder))
  if (name === undefined || cache === undefined) return undefined
  return host.withLock(cache, async () => {
    const already = presentKernel(host)
    if (already !== undefined) return already
    onFetch(name)
    const scratch = `${cache}/linux-fetched`
    host.remove(scratch)
    host.makeFolder(`${scratch}/unpacked`)
    try {
      const fetched = await host.run('apt-get', ['-qq', 'download', name], { cwd: scratch })
      const deb = (host.list(scratch) ?? []).find((file) => file.endsWith('.deb'))
      if (fetched.status !== 0 || deb === undefined) return undefined
      const unpacked = await host.run('dpkg-deb', ['-x', deb, 'unpacked'], { cwd: scratch })
      if (unpacked.status !== 0) return undefined
      host.remove(unpackedFolder(cache))
      host.rename(`${scratch}/unpacked`, unpackedFolder(cache))
    } finally {
      host.remove(scratch)
    }
    return presentKernel(host)
  })
}
