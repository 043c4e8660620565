import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/i8259',
  title: 'Interrupt controller of the PC: the pair of 8259s',
  status: 'stable',
  provides: ['irq.controller'],
  preferred: true,
  needs: ['irq', 'arch'],
  init: { level: 'irq', call: 'az_i8259_init' },
  irqSafe: ['dispatch.c'],
  budget: { text: 768, data: 96 },
})
