import { fail, ok, type Result } from '../diag/index.ts'
import { digest, type Host } from '../host/index.ts'
import { cacheFolders, findToolchain, type Toolchain } from '../toolchain/index.ts'
import { pluginUnbuildable } from './diagnostics.ts'

/** Below the package's folder. */
const pluginFolder = 'compiler/run/qemu/plugin'
export const pluginSource = `${pluginFolder}/az_sample.c`

/** LLVM's names for the processors of Linux machines that QEMU runs on. */
const targets: Readonly<Record<string, string>> = {
  x64: 'x86_64-unknown-linux-gnu',
  arm64: 'aarch64-unknown-linux-gnu',
}

/**
 * Beside the plugin's own functions it calls those of QEMU and of the C library that QEMU has loaded, found when it is loaded: so it
 * needs neither headers nor libraries of this machine.
 */
const compilerFlags = [
  '-nostdinc',
  '-ffreestanding',
  '-fPIC',
  '-fvisibility=hidden',
  '-fno-stack-protector',
  '-O2',
  '-std=c11',
]

/** The plugin as a shared object, from the cache or built into it with the compiler that images are built with. */
export async function ensurePlugin(host: Host): Promise<Result<string>> {
  const target = host.platform === 'linux' ? targets[host.cpuArch] : undefined
  if (target === undefined)
    return fail(pluginUnbuildable(`it is not made for ${host.platform} on ${host.cpuArch}`))
  const folderOfSource = `${host.packageFolder}/${pluginFolder}`
  if (!host.info(`${host.packageFolder}/${pluginSource}`))
    return fail(pluginUnbuildable(`${pluginSource} is missing`))
  const sources = (host.list(folderOfSource) ?? []).map(
    (name) => host.readText(`${folderOfSource}/${name}`) ?? '',
  )
  const toolchain = await findToolchain(host)
  if (!toolchain.ok) return toolchain
  const key = digest(...sources, target, toolchain.value.fingerprint, compilerFlags.join(' ')).slice(0, 24)
  for (const folder of cacheFolders(host)) {
    const file = `${folder}/qemu-plugin/az_sample-${key}.so`
    if (host.info(file)) return ok(file)
  }
  let problem = pluginUnbuildable('no folder of the cache can be written')
  for (const folder of cacheFolders(host)) {
    const built = await build(host, toolchain.value, target, `${folder}/qemu-plugin`, `az_sample-${key}`)
    if (built.ok) return built
    problem = built.problems[0]!
    if (problem.output) break
  }
  return fail(problem)
}

/** Compiles and links beside the target, then renames: another azbuild may be doing the same. */
async function build(
  host: Host,
  { cc, ld, env }: Toolchain,
  target: string,
  folder: string,
  name: string,
): Promise<Result<string>> {
  const aside = `${folder}/${name}.${crypto.randomUUID()}`
  const steps = [
    {
      program: cc.program,
      args: [
        ...cc.args,
        `--target=${target}`,
        ...compilerFlags,
        '-c',
        `${host.packageFolder}/${pluginSource}`,
        '-o',
        `${aside}.o`,
      ],
    },
    { program: ld.program, args: [...ld.args, '-shared', `${aside}.o`, '-o', `${aside}.so`] },
  ]
  try {
    host.makeFolder(folder)
    for (const { program, args } of steps) {
      const { status, stderr } = await host.run(program, args, { env })
      if (status !== 0) return fail(pluginUnbuildable(`${program} fails`, stderr))
    }
    host.rename(`${aside}.so`, `${folder}/${name}.so`)
    return ok(`${folder}/${name}.so`)
  } catch (error) {
    return fail(pluginUnbuildable(error instanceof Error ? error.message : String(error)))
  } finally {
    try {
      host.remove(`${aside}.o`)
      host.remove(`${aside}.so`)
    } catch {
      // what cannot be written cannot be removed either
    }
  }
}
