import type { RegisterCommand } from './index.ts'
import { azbuildVersion } from '../../build/index.ts'
import { cacheFolders, findNinja, findToolchain } from '../../toolchain/index.ts'
import { kernelPackage, presentKernel } from '../../beside/index.ts'
import type { Result } from '../../diag/index.ts'
import type { Host } from '../../host/index.ts'
import { exitCodes } from '../exit-codes.ts'
import { openSession, type CommonOptions } from '../session.ts'
import { withCommonOptions } from './options.ts'

/** One thing azbuild uses, whether it is here, and what it is for. */
interface Finding {
  readonly name: string
  /** Needed: nothing works without it. Optional: only what `use` says. */
  readonly kind: 'needed' | 'optional'
  readonly use: string
  /** Version or path; `undefined` when it is missing. */
  readonly found: string | undefined
  /** How to get it. */
  readonly remedy: string
}

const programs = [
  {
    name: 'qemu-system-x86_64',
    use: '--runner qemu: x86_64 images, exact instruction counts',
    remedy: 'apt-get install qemu-system-x86',
  },
  { name: 'qemu-system-i386', use: '--runner qemu --arch i386', remedy: 'apt-get install qemu-system-x86' },
  { name: 'gdb', use: 'debugging an image under QEMU', remedy: 'apt-get install gdb' },
  { name: 'wrk', use: 'the load tests of azbuild itself', remedy: 'apt-get install wrk' },
] as const

export const registerDoctor: RegisterCommand = (program, done) => {
  withCommonOptions(
    program
      .command('doctor')
      .description('say what azbuild finds on this machine, and how to get what is missing'),
  ).action(async (options: CommonOptions) => done(await doctor(options)))
}

async function doctor(options: CommonOptions): Promise<number> {
  const session = openSession(options)
  const findings = await examine(session.host)
  const width = Math.max(...findings.map(({ name }) => name.length))
  const lines = findings.map(({ name, kind, use, found, remedy }) => {
    const mark = found ? 'ok     ' : kind === 'needed' ? 'MISSING' : 'absent '
    return `${mark}  ${name.padEnd(width)}  ${found ?? `for ${use}: ${remedy}`}\n`
  })
  session.result(lines.join(''), { version: azbuildVersion(session.host), findings })
  return findings.every(({ kind, found }) => kind === 'optional' || found) ? exitCodes.ok : exitCodes.machine
}

async function examine(host: Host): Promise<readonly Finding[]> {
  const toolchain = await findToolchain(host)
  const ninja = findNinja(host)
  const writable = cacheFolders(host).find((folder) => canWrite(host, folder))
  return [
    needed('node', 'everything', process.version, 'Node.js 20.19 or later'),
    needed(
      'C toolchain',
      'compiling',
      toolchain.ok
        ? `${toolchain.value.family} ${toolchain.value.version}, ${toolchain.value.cc.program}`
        : undefined,
      hintOf(toolchain),
    ),
    needed('ninja', 'building', ninja.ok ? ninja.value : undefined, hintOf(ninja)),
    needed(
      'cache',
      'keeping libc between builds',
      writable,
      'set AZBUILD_CACHE to a folder you can write to',
    ),
    await pluginFinding(host),
    ...programs.map(({ name, use, remedy }): Finding => ({
      name,
      kind: 'optional',
      use,
      found: host.findProgram(name),
      remedy,
    })),
    {
      name: kernelPackage,
      kind: 'optional',
      use: 'azbuild beside: the Linux guest that az is compared with',
      found: presentKernel(host)?.image,
      remedy: `apt-get install ${kernelPackage}, or let azbuild beside fetch it into the cache`,
    },
  ]
}

/** What `profile` samples with: QEMU takes plugins unless it was built without. */
async function pluginFinding(host: Host): Promise<Finding> {
  const qemu = host.env['AZBUILD_QEMU'] || host.findProgram('qemu-system-x86_64')
  const help = qemu === undefined ? '' : (await host.run(qemu, ['-help']).catch(() => undefined))?.stdout
  return {
    name: 'qemu plugins',
    kind: 'optional',
    use: 'azbuild profile: samples by instruction count (without them by time, through the gdb stub)',
    found: help?.includes('\n-plugin ') ? qemu : undefined,
    remedy: 'apt-get install qemu-system-x86',
  }
}

function needed(name: string, use: string, found: string | undefined, remedy: string): Finding {
  return { name, kind: 'needed', use, found, remedy }
}

function hintOf(result: Result<unknown>): string {
  return result.ok ? '' : (result.problems[0]?.hint ?? result.problems[0]?.message ?? '')
}

function canWrite(host: Host, folder: string): boolean {
  const file = `${folder}/doctor.tmp`
  try {
    host.write(file, '')
    host.remove(file)
    return true
  } catch {
    return false
  }
}
