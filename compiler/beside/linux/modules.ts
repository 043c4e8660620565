import { fail, ok, type Result } from '../../diag/index.ts'
import type { Host } from '../../host/index.ts'
import { readElf, sectionBytes, sectionNamed } from '../../object/index.ts'
import { moduleMissing, moduleUnreadable } from '../diagnostics.ts'

/** A kernel module: its name as the kernel says it, and its bytes as the kernel takes them. */
export interface KernelModule {
  readonly name: string
  readonly content: Uint8Array
}

/** How distributions compress modules, and what turns one back. */
const decompressors = [
  { ending: '.xz', program: 'xz' },
  { ending: '.zst', program: 'zstd' },
  { ending: '.gz', program: 'gzip' },
] as const

/**
 * The modules of these names and those they depend on, in an order in which they can be loaded. Read from the modules themselves
 * (`depends` in `.modinfo`), since modules.dep is made only when a package is installed. A wanted one that `modules.builtin` lists is
 * in the kernel already.
 */
export async function loadModules(
  host: Host,
  folder: string,
  wanted: readonly string[],
  scratch: string,
): Promise<Result<readonly KernelModule[]>> {
  const files = moduleFiles(host, `${folder}/kernel`)
  const builtin = new Set((host.readText(`${folder}/modules.builtin`) ?? '').split('\n').map(moduleName))
  const loaded = new Map<string, KernelModule>()
  const visit = async (name: string): Promise<Result<void>> => {
    if (loaded.has(name) || builtin.has(name)) return ok(undefined)
    const file = files.get(name)
    if (file === undefined) return fail(moduleMissing(name, folder))
    const content = await readModule(host, file, scratch)
    const dependencies = content && parseDependencies(content, file)
    if (dependencies === undefined) return fail(moduleUnreadable(file))
    for (const dependency of dependencies) {
      const result = await visit(dependency)
      if (!result.ok) return result
    }
    loaded.set(name, { name, content: content! })
    return ok(undefined)
  }
  for (const name of wanted) {
    const result = await visit(name)
    if (!result.ok) return result
  }
  return ok([...loaded.values()])
}

/** What a module says it depends on; undefined when it is no module. */
export function parseDependencies(module: Uint8Array, file: string): readonly string[] | undefined {
  const elf = readElf(module, file)
  const section = elf.ok ? sectionNamed(elf.value, '.modinfo') : undefined
  const bytes = elf.ok && section ? sectionBytes(elf.value, section) : undefined
  if (bytes === undefined) return undefined
  const values = new TextDecoder('latin1').decode(bytes).split('\0')
  const depends = values.find((value) => value.startsWith('depends='))?.slice('depends='.length) ?? ''
  return depends
    .split(',')
    .filter((name) => name !== '')
    .map(moduleName)
}

/** `kernel/drivers/net/virtio-net.ko.xz` is `virtio_net`. */
function moduleName(path: string): string {
  return path
    .split('/')
    .at(-1)!
    .replace(/\.ko(\.\w+)?$/, '')
    .replaceAll('-', '_')
}

function moduleFiles(host: Host, root: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  const walk = (folder: string): void => {
    for (const name of host.list(folder) ?? []) {
      if (/\.ko(\.(xz|zst|gz))?$/.test(name)) files.set(moduleName(name), `${folder}/${name}`)
      else if (!name.includes('.')) walk(`${folder}/${name}`)
    }
  }
  walk(root)
  return files
}

async function readModule(host: Host, file: string, scratch: string): Promise<Uint8Array | undefined> {
  const packed = decompressors.find(({ ending }) => file.endsWith(ending))
  if (packed === undefined) return host.readBytes(file)
  const plain = `${scratch}/${moduleName(file)}.ko`
  host.makeFolder(scratch)
  const script = '"$1" -dc "$2" > "$3.tmp" && mv "$3.tmp" "$3"'
  const result = await host.run('sh', ['-c', script, 'sh', packed.program, file, plain])
  return result.status === 0 ? host.readBytes(plain) : undefined
}
