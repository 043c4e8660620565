import { afterAll, expect, it } from 'vitest'
import { memoryHost, type Host } from '../../host/index.ts'
import { openWorkshop } from '../../../test/support/compile.ts'
import { loadModules, parseDependencies } from './modules.ts'

const shop = openWorkshop('modules')
afterAll(() => shop.remove())

/** An object with the section that the kernel's build gives a module. */
async function module(name: string, depends: string): Promise<Uint8Array> {
  const info = `license=GPL\\0depends=${depends}\\0name=${name}\\0`
  const source = `__attribute__((section(".modinfo"), used)) static const char info[] = "${info}";`
  return shop.read(await shop.compile('x86_64', `${name}.c`, source))
}

async function tree(): Promise<Host> {
  const folder = '/lib/modules/6.1/kernel'
  return memoryHost({
    [`${folder}/drivers/net/virtio_net.ko`]: await module('virtio_net', 'virtio_ring,virtio,net-failover'),
    [`${folder}/drivers/net/net_failover.ko`]: await module('net_failover', 'failover'),
    [`${folder}/drivers/virtio/virtio.ko`]: await module('virtio', 'virtio_ring'),
    [`${folder}/drivers/virtio/virtio_ring.ko`]: await module('virtio_ring', ''),
    [`${folder}/drivers/broken.ko`]: 'no ELF file',
    '/lib/modules/6.1/modules.builtin': 'kernel/net/core/failover.ko\nkernel/drivers/virtio/virtio-pci.ko\n',
  })
}

it('loads modules after what they depend on, and none that is built in', async () => {
  const loaded = await loadModules(await tree(), '/lib/modules/6.1', ['virtio_pci', 'virtio_net'], '/scratch')
  expect(loaded.ok && loaded.value.map(({ name }) => name)).toEqual([
    'virtio_ring',
    'virtio',
    'net_failover',
    'virtio_net',
  ])
})

it('says what is missing and what cannot be read', async () => {
  const host = await tree()
  expect(await loadModules(host, '/lib/modules/6.1', ['e1000'], '/scratch')).toMatchObject({
    ok: false,
    problems: [{ code: 'beside/linux-module-missing', cause: 'machine' }],
  })
  expect(await loadModules(host, '/lib/modules/6.1', ['broken'], '/scratch')).toMatchObject({
    ok: false,
    problems: [{ code: 'beside/linux-module-unreadable', cause: 'machine' }],
  })
  expect(parseDependencies(new Uint8Array(3), 'x.ko')).toBeUndefined()
})
