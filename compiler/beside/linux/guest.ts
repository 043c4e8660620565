import { ok, type Result } from '../../diag/index.ts'
import { digest, type Host } from '../../host/index.ts'
import type { LinuxBoot } from '../../run/index.ts'
import { besideFolder, compileForLinux } from '../program.ts'
import { renderCpio, type CpioEntry } from './cpio.ts'
import { findLinuxKernel, type LinuxKernel } from './kernel.ts'
import { loadModules } from './modules.ts'

/** A Linux kernel and an initramfs with one program in it. */
export interface LinuxGuest {
  readonly kernel: LinuxKernel
  readonly initrd: string
  readonly kernelBytes: number
  readonly initrdBytes: number
}

/** What the network card of our machines needs; Debian's cloud kernel has these as modules. */
const networkModules = ['virtio_pci', 'virtio_net'] as const
const folders = ['dev', 'modules', 'proc', 'sys', 'tmp'] as const
/** The least a kernel says; after a panic it resets, and QEMU ends instead. */
const kernelWords = 'console=ttyS0 quiet panic=-1'

/** A file that the program finds in its root, and where it is here. */
export interface GuestFile {
  readonly path: string
  readonly file: string
}

/**
 * Makes the initramfs for a static Linux program: our init (bench/linux/init.c), the program as /app, the modules for its network, and
 * the files that an image would embed.
 */
export async function prepareLinuxGuest(
  host: Host,
  program: string,
  files: readonly GuestFile[],
  onStep: (text: string) => void = () => {},
): Promise<Result<LinuxGuest>> {
  const kernel = await findLinuxKernel(host, (name) => onStep(`fetching ${name}`))
  if (!kernel.ok) return kernel
  const init = await compileForLinux(
    host,
    { name: 'init', sources: [`${host.packageFolder}/bench/linux/init.c`], flags: [] },
    onStep,
  )
  if (!init.ok) return init
  const cache = besideFolder(host)
  if (!cache.ok) return cache
  const scratch = `${cache.value}/modules-${kernel.value.version}`
  const modules = await loadModules(host, kernel.value.modules, networkModules, scratch)
  if (!modules.ok) return modules
  const embedded = files.map(({ path, file }) => ({ path: path.replace(/^\/+/, ''), file }))
  const entries: readonly CpioEntry[] = [
    ...foldersOf(embedded.map(({ path }) => path)).map((path): CpioEntry => ({ kind: 'folder', path })),
    { kind: 'device', path: 'dev/console', major: 5, minor: 1 },
    { kind: 'file', path: 'init', mode: 0o755, content: host.readBytes(init.value)! },
    { kind: 'file', path: 'app', mode: 0o755, content: host.readBytes(program)! },
    ...embedded.map(({ path, file }): CpioEntry => ({
      kind: 'file',
      path,
      mode: 0o644,
      content: host.readBytes(file)!,
    })),
    ...modules.value.map(({ name, content }, index): CpioEntry => {
      const order = String(index).padStart(3, '0') // init loads them in the order of their names
      return { kind: 'file', path: `modules/${order}-${name}.ko`, mode: 0o644, content }
    }),
  ]
  const archive = renderCpio(entries)
  const initrd = `${cache.value}/initramfs/${digest(archive).slice(0, 16)}.cpio`
  host.write(initrd, archive)
  return ok({
    kernel: kernel.value,
    initrd,
    kernelBytes: host.info(kernel.value.image)!.bytes,
    initrdBytes: archive.length,
  })
}

/** How the guest boots; `counted` makes an instruction a nanosecond, `words` go to the kernel's command line. */
export function linuxBoot(guest: LinuxGuest, counted: boolean, words: readonly string[] = []): LinuxBoot {
  return { initrd: guest.initrd, commandLine: [kernelWords, ...words].join(' '), counted }
}

/** The folders of a guest, those above each of these paths among them, each before what is in it. */
function foldersOf(paths: readonly string[]): readonly string[] {
  const above = paths.flatMap((path) => {
    const parts = path.split('/').slice(0, -1)
    return parts.map((_, index) => parts.slice(0, index + 1).join('/'))
  })
  return [...new Set([...folders, ...above])].sort()
}
