import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/ns16550',
  title: 'Serial port',
  status: 'stable',
  provides: ['console'],
  preferred: true,
  needs: ['arch', 'core'],
  uses: ['irq', 'wait'],
  init: [
    { level: 'early', call: 'az_ns16550_init' },
    { level: 'device', call: 'az_ns16550_input_init' },
  ],
  irqSafe: ['interrupt.c', 'ns16550.c'],
  budget: { text: 1024, data: 64 },
})
