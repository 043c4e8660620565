import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'bus/virtio-mmio',
  title: 'Virtio over memory-mapped registers, without a bus',
  status: 'stable',
  provides: ['bus.virtio'],
  preferred: true,
  needs: ['virtio', 'acpi', 'irq', 'ioapic', 'mm.heap', 'core'],
  uses: ['bus.pci'],
  init: { level: 'bus', call: 'az_virtio_mmio_init' },
  irqSafe: ['interrupt.c'],
  budget: { text: 2048, data: 16 },
})
