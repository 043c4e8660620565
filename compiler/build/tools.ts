import { ok, type Result } from '../diag/index.ts'
import type { Commands } from '../emit/index.ts'
import type { Host } from '../host/index.ts'
import {
  appFlags,
  findMusl,
  findNinja,
  findToolchain,
  interruptSafeFlags,
  kernelFlags,
  linkFlags,
  type SourceLibrary,
  type Toolchain,
} from '../toolchain/index.ts'
import type { Context } from './context.ts'

/** The programs that make an image, and libc's sources. */
export interface Tools {
  readonly toolchain: Toolchain
  readonly libc: SourceLibrary
  readonly ninja: string
  readonly commands: Commands
}

/** Finds them all; asks no program for anything unless the toolchain is not ours. */
export async function findTools(host: Host, context: Context): Promise<Result<Tools>> {
  const { app, arch, layout, relative } = context
  const toolchain = await findToolchain(host, { toolchain: app.toolchain })
  if (!toolchain.ok) return toolchain
  const libc = findMusl(host, { overrides: `${host.packageFolder}/components/libc/musl` })
  if (!libc.ok) return libc
  const ninja = findNinja(host)
  if (!ninja.ok) return ninja
  const ownPackage = relative(host.packageFolder)
  const options = {
    generated: `${layout.generated}/include`,
    prefixes: [...libc.value.prefixes, ...(ownPackage === '.' ? [] : [[ownPackage, 'azbuild'] as const])],
  }
  const kernel = [
    ...kernelFlags(toolchain.value, libc.value, arch, options),
    `-I${relative(`${host.packageFolder}/components/api/include`)}`,
  ]
  return ok({
    toolchain: toolchain.value,
    libc: libc.value,
    ninja: ninja.value,
    commands: {
      cc: [toolchain.value.cc.program, ...toolchain.value.cc.args],
      ld: [toolchain.value.ld.program, ...toolchain.value.ld.args],
      flags: {
        app: appFlags(toolchain.value, libc.value, arch, options),
        kernel,
        irqSafe: [...kernel, ...interruptSafeFlags],
      },
      linkFlags: linkFlags(arch),
    },
  })
}
