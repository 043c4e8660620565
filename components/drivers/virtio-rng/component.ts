import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/virtio-rng',
  title: 'Virtio entropy device',
  status: 'stable',
  provides: ['entropy'],
  needs: ['bus.virtio', 'random', 'clock', 'mm.heap', 'arch'],
  binds: { virtio: { ids: [4], probe: 'az_virtio_rng_probe' } },
  budget: { text: 1024, data: 64 },
})
