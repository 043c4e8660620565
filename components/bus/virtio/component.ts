import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'bus/virtio',
  title: 'Virtio devices, with split virtqueues',
  status: 'stable',
  provides: ['virtio'],
  needs: ['irq', 'mm.pages', 'mm.heap'],
  irqSafe: ['region.c'],
  budget: { text: 6144 },
})
