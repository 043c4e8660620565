import { describe, expect, it } from 'vitest'
import { memoryHost } from '../host/index.ts'
import { loadRegistry, sourcesOf } from './registry.ts'

const manifest = (name: string, more = ''): string =>
  `import { defineComponent } from 'azbuild'\nexport default defineComponent({ name: '${name}', title: 'T', status: 'stable', ${more} })\n`

describe('loadRegistry', () => {
  it('finds components of both depths, sorted, and remembers their manifests', async () => {
    const host = memoryHost({
      '/c/drivers/b/component.ts': manifest('drivers/b'),
      '/c/drivers/b/Kconfig': '',
      '/c/core/component.ts': manifest('core'),
      '/c/api/interfaces.ts': '',
    })
    const cache = {}
    const registry = await loadRegistry(host, ['/c'], cache)
    if (!registry.ok) throw new Error('expected a registry')
    expect(registry.value.components.map(({ manifest, kconfig }) => [manifest.name, kconfig])).toEqual([
      ['core', undefined],
      ['drivers/b', '/c/drivers/b/Kconfig'],
    ])
    expect(Object.keys(cache)).toHaveLength(2)
  })

  it('refuses a name that is not the folder, a name that stands twice, a system call with two owners', async () => {
    const host = memoryHost({
      '/c/a/x/component.ts': manifest('a/y'),
      '/c/a/z/component.ts': manifest('a/z', `syscalls: { read: 'az_sys_read' }`),
      '/d/a/z/component.ts': manifest('a/z'),
      '/d/a/w/component.ts': manifest('a/w', `syscalls: { read: 'az_sys_read' }`),
    })
    const registry = await loadRegistry(host, ['/c', '/d'])
    expect(registry.ok ? [] : registry.problems.map(({ code }) => code)).toEqual([
      'component/misnamed',
      'component/duplicate',
      'component/duplicate-syscall',
    ])
  })
})

describe('sourcesOf', () => {
  it('takes the file of the architecture in place of the common one', () => {
    const host = memoryHost({
      '/c/a/src/x.c': '',
      '/c/a/src/y.c': '',
      '/c/a/src/i386/x.S': '',
      '/c/a/src/x86_64/z.c': '',
      '/c/a/src/notes.txt': '',
    })
    const component = {
      folder: '/c/a',
      manifest: { name: 'a', title: '', status: 'stable', files: { 'y.c': 'SMP' }, irqSafe: ['z.c'] },
    } as const
    const list = (arch: 'i386' | 'x86_64') => sourcesOf(host, component, arch).map(({ path }) => path)
    expect(list('i386')).toEqual(['/c/a/src/i386/x.S', '/c/a/src/y.c'])
    expect(list('x86_64')).toEqual(['/c/a/src/x.c', '/c/a/src/x86_64/z.c', '/c/a/src/y.c'])
    expect(
      sourcesOf(host, component, 'x86_64').map(({ condition, irqSafe }) => [condition, irqSafe]),
    ).toEqual([
      [undefined, false],
      [undefined, true],
      ['SMP', false],
    ])
  })
})
