import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'irq/core',
  title: 'Device interrupts: from a device to its handler',
  status: 'stable',
  provides: ['irq'],
  needs: ['irq.controller', 'mm.heap'],
  irqSafe: ['actions.c'],
  budget: { text: 768, bss: 64 },
})
