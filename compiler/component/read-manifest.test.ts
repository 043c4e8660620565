import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readManifest } from './read-manifest.ts'

const manifest = (body: string): string =>
  `import { defineComponent } from 'azbuild'\n\nexport default defineComponent({\n${body}\n})\n`

const problem = async (body: string) => {
  const result = await readManifest(manifest(body), 'c/component.ts')
  if (result.ok) throw new Error('expected a problem')
  return result.problems
}

describe('readManifest', () => {
  it('reads literals of every kind', async () => {
    const text = manifest(`
  name: 'drivers/virtio-net',
  title: "Virtio network device",
  status: 'stable',
  provides: ['net.device'],
  needs: ['bus.virtio', 'mm.pages'],
  preferred: true,
  files: { 'multiqueue.c': 'SMP' },
  init: { level: 'device', call: 'az_virtio_net_init' },
  binds: { virtio: { ids: [1], probe: 'az_virtio_net_probe' } },
  budget: { text: 12_288 },`)
    expect(await readManifest(text, 'f')).toEqual({
      ok: true,
      warnings: [],
      value: {
        name: 'drivers/virtio-net',
        title: 'Virtio network device',
        status: 'stable',
        provides: ['net.device'],
        needs: ['bus.virtio', 'mm.pages'],
        preferred: true,
        files: { 'multiqueue.c': 'SMP' },
        init: { level: 'device', call: 'az_virtio_net_init' },
        binds: { virtio: { ids: [1], probe: 'az_virtio_net_probe' } },
        budget: { text: 12288 },
      },
    })
  })

  it('refuses code, naming its line', async () => {
    expect(await problem(`name: 'a/b',\ntitle: process.env.HOME,\nstatus: 'stable'`)).toMatchObject([
      {
        code: 'component/invalid-manifest',
        message: '"process.env.HOME" is code, not a literal',
        span: { file: 'c/component.ts', line: 5, column: 8 },
      },
    ])
    expect(await problem(`...base`)).toMatchObject([
      { code: 'component/invalid-manifest', span: { line: 4 } },
    ])
  })

  it('refuses statements beside the manifest', async () => {
    const result = await readManifest(`console.log(1)\n${manifest(`name: 'a/b'`)}`, 'f')
    expect(result).toMatchObject({ ok: false, problems: [{ span: { line: 1 } }] })
  })

  it('refuses an unknown field with the nearest name', async () => {
    expect(await problem(`name: 'a/b',\ntitle: 't',\nstatus: 'stable',\nprovide: []`)).toMatchObject([
      { message: 'A manifest has no field "provide"', hint: 'did you mean "provides"?', span: { line: 7 } },
    ])
  })

  it('refuses an unknown interface with the nearest name', async () => {
    expect(await problem(`name: 'a/b',\ntitle: 't',\nstatus: 'stable',\nneeds: ['mm.page']`)).toMatchObject([
      { code: 'component/unknown-interface', span: { line: 7, column: 9 } },
    ])
  })

  it('refuses a wrong type and a missing field', async () => {
    expect(await problem(`name: 'a/b',\ntitle: 3,\nstatus: 'stable'`)).toMatchObject([{ span: { line: 5 } }])
    expect((await problem(`name: 'a/b',\ntitle: 't'`))[0]!.message).toContain('status')
  })

  it('never throws', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.string().map(manifest)), async (text) => {
        await readManifest(text, 'f')
      }),
      { numRuns: 40 },
    )
  })
})
