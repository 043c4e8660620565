import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/virtio-net',
  title: 'Virtio network device',
  status: 'stable',
  provides: ['net.device'],
  preferred: true,
  needs: ['bus.virtio', 'net.ethernet', 'net.netbuf', 'mm.pages', 'mm.heap'],
  binds: { virtio: { ids: [1], probe: 'az_virtio_net_probe' } },
  irqSafe: ['interrupt.c'],
  budget: { text: 3072, data: 64 },
})
