import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import lockfile from 'proper-lockfile'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { digest, nodeHost, type Host } from '../host/index.ts'
import { ensureArchive, type ArchiveOptions } from './ensure-archive.ts'
import { findNinja, findToolchain } from './find-toolchain.ts'
import { parseSyscallTable } from './syscall-table.ts'
import type { SourceLibrary } from './types.ts'

/** A library of three sources, so that a real build takes milliseconds. */
function smallLibrary(host: Host, folder: string, sources: Readonly<Record<string, string>>): SourceLibrary {
  for (const [name, text] of Object.entries(sources)) host.write(`${folder}/${name}.c`, text)
  return {
    provider: 'test',
    version: 'small 1',
    integrity: digest(...Object.entries(sources).flat()),
    prefixes: [[folder, 'small']],
    sources: () => Object.keys(sources).map((name) => ({ name, path: `${folder}/${name}.c` })),
    flags: () => ['-DAZ_LIBC', '-g'],
    headers: () => [],
  }
}

const good = {
  'a/one': 'int one(void) { return 1; }\n',
  'b/one': '#include "syscall_arch.h"\nint two(int fd) { return __syscall1(3, fd); }\n',
}

describe('ensureArchive', () => {
  const table = parseSyscallTable('t.tbl', 'close 3 3 - int fd\n')
  let root = ''
  let options: Omit<ArchiveOptions, 'library'>
  const hostWith = (env: Record<string, string | undefined>): Host => ({
    ...nodeHost(root),
    env: {
      ...process.env,
      AZBUILD_CACHE: undefined,
      HOME: undefined,
      XDG_CACHE_HOME: undefined,
      TMPDIR: root,
      ...env,
    },
  })

  beforeAll(async () => {
    const host = nodeHost('/')
    const [toolchain, ninja] = [await findToolchain(host, { toolchain: 'zig' }), findNinja(host)]
    if (!toolchain.ok || !ninja.ok || !table.ok) throw new Error('this machine has no toolchain')
    options = { toolchain: toolchain.value, ninja: ninja.value, table: table.value, arch: 'x86_64' }
  })
  beforeEach(() => {
    if (root) rmSync(root, { recursive: true, force: true })
    root = mkdtempSync(join(tmpdir(), 'azbuild-archive-test-'))
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const cached = (): Host => hostWith({ AZBUILD_CACHE: `${root}/cache` })
  const build = async (host: Host, library: SourceLibrary) => {
    const steps: number[] = []
    const result = await ensureArchive(host, { ...options, library, onProgress: (done) => steps.push(done) })
    if (!result.ok) throw new Error(JSON.stringify(result.problems))
    return { ...result.value, warnings: result.warnings, steps }
  }

  test('builds once, tells how far it is, and finds it again', async () => {
    const library = smallLibrary(cached(), `${root}/src`, good)
    const first = await build(cached(), library)
    expect(first.built).toBe(true)
    expect(first.steps.at(-1)).toBe(3)
    const second = await build(cached(), library)
    expect(second).toEqual({ ...first, built: false, steps: [] })
    expect(cached().list(`${root}/cache/libc`)).toHaveLength(1)
  })

  test('makes the same bytes wherever sources and cache lie', async () => {
    const bytes: (Uint8Array | undefined)[] = []
    for (const place of ['here', 'some where/else']) {
      const host = hostWith({ AZBUILD_CACHE: `${root}/${place}/cache` })
      bytes.push(host.readBytes((await build(host, smallLibrary(host, `${root}/${place}/src`, good))).path))
    }
    expect(bytes[0]!.length).toBeGreaterThan(500)
    expect(bytes[0]).toEqual(bytes[1])
  })

  test('leaves a build.ninja from which ninja alone makes the same', async () => {
    const host = cached()
    const { path, buildFile } = await build(host, smallLibrary(host, `${root}/src`, good))
    const bytes = host.readBytes(path)
    host.remove(path)
    const run = await host.run(options.ninja, ['-C', buildFile.slice(0, -'/build.ninja'.length)])
    expect(run.status).toBe(0)
    expect(host.readBytes(path)).toEqual(bytes)
  })

  test('another key for another content', async () => {
    const host = cached()
    const first = await build(host, smallLibrary(host, `${root}/src`, good))
    const changed = smallLibrary(host, `${root}/src`, { ...good, 'a/one': 'int one(void) { return 3; }\n' })
    expect((await build(host, changed)).path).not.toBe(first.path)
  })

  test.each([
    [
      'a flipped byte',
      (host: Host, entry: string) => {
        const bytes = host.readBytes(`${entry}/libc.a`)!.slice()
        bytes[200]! ^= 1
        host.write(`${entry}/libc.a`, bytes)
      },
    ],
    ['a cut archive', (host: Host, entry: string) => host.write(`${entry}/libc.a`, '!<arch>\n')],
    ['a missing archive', (host: Host, entry: string) => host.remove(`${entry}/libc.a`)],
    ['a missing manifest', (host: Host, entry: string) => host.remove(`${entry}/manifest.json`)],
    ['a broken manifest', (host: Host, entry: string) => host.write(`${entry}/manifest.json`, '{')],
  ])('says so and builds again after %s', async (_what, damage) => {
    const host = cached()
    const library = smallLibrary(host, `${root}/src`, good)
    const first = await build(host, library)
    const bytes = host.readBytes(first.path)
    damage(host, first.path.slice(0, -'/libc.a'.length))
    const again = await build(host, library)
    expect(again.built).toBe(true)
    expect(again.warnings.map(({ code }) => code)).toEqual(['toolchain/corrupt-cache'])
    expect(host.readBytes(again.path)).toEqual(bytes)
    expect((await build(host, library)).warnings).toEqual([])
  })

  test('two at once build once', async () => {
    const library = smallLibrary(cached(), `${root}/src`, good)
    const both = await Promise.all([build(cached(), library), build(cached(), library)])
    expect(both.map(({ built }) => built).sort()).toEqual([false, true])
  })

  test('gives up, without harm, when another holds the archive for longer than a build takes', async () => {
    const host = cached()
    const library = smallLibrary(host, `${root}/src`, good)
    const entry = (await build(host, library)).path.slice(0, -'/libc.a'.length)
    host.remove(entry)
    const release = await lockfile.lock(entry, { realpath: false })
    const locked = await ensureArchive(host, { ...options, library, lockWaitMs: 500 })
    expect(locked).toMatchObject({
      ok: false,
      problems: [{ code: 'toolchain/cache-locked', cause: 'machine' }],
    })
    await release()
    expect((await build(host, library)).built).toBe(true)
  })

  test('clears away what a killed build left', async () => {
    const host = cached()
    const library = smallLibrary(host, `${root}/src`, good)
    const entry = (await build(host, library)).path.slice(0, -'/libc.a'.length)
    host.rename(entry, `${entry}.aside-1234`)
    await build(host, library)
    expect(host.list(`${root}/cache/libc`)).toEqual([entry.split('/').at(-1)])
  })

  test('goes to the project, then to the temporary folder, when there is no home to write', async () => {
    const library = smallLibrary(nodeHost(root), `${root}/src`, good)
    expect((await build(hostWith({}), library)).path).toContain(`${root}/out/.cache/libc/`)
    rmSync(`${root}/out`, { recursive: true })
    nodeHost(root).write(`${root}/out`, 'a file in the way')
    nodeHost(root).write(`${root}/home`, 'another')
    const { path } = await build(hostWith({ HOME: `${root}/home` }), library)
    expect(path).toContain(`${root}/azbuild-cache/libc/`)
  })

  test('refuses when nothing can be written', async () => {
    nodeHost(root).write(`${root}/file`, '')
    const host = hostWith({ AZBUILD_CACHE: `${root}/file/cache` })
    const library = smallLibrary(nodeHost(root), `${root}/src`, good)
    const result = await ensureArchive(host, { ...options, library })
    expect(result).toMatchObject({
      ok: false,
      problems: [{ code: 'toolchain/cache-unwritable', cause: 'machine' }],
    })
  })

  test('shows what the compiler says, and leaves nothing behind', async () => {
    const host = cached()
    const library = smallLibrary(host, `${root}/src`, {
      ...good,
      'c/bad': 'int bad(void) { return nonsense; }\n',
    })
    const result = await ensureArchive(host, { ...options, library })
    expect(result).toMatchObject({ ok: false, problems: [{ code: 'toolchain/libc-build-failed' }] })
    expect(result.ok ? '' : result.problems[0]!.output).toContain("undeclared identifier 'nonsense'")
    expect(host.list(`${root}/cache/libc`) ?? []).toEqual([])
  })
})
