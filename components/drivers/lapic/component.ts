import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/lapic',
  title: 'Local APIC: interrupts by message',
  status: 'stable',
  provides: ['lapic', 'irq.controller'],
  preferred: true,
  needs: ['irq', 'arch', 'mm.heap'],
  init: { level: 'irq', call: 'az_lapic_init' },
  irqSafe: ['registers.c', 'dispatch.c'],
  budget: { text: 1024, data: 96 },
})
