import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/pit',
  title: 'Programmable interval timer (8254): clock of last resort, and alarm',
  status: 'stable',
  provides: ['clock.source', 'clock.event'],
  preferred: true,
  needs: ['clock', 'irq'],
  init: { level: 'time', call: 'az_pit_init' },
  irqSafe: ['event.c'],
  budget: { text: 512, data: 160 },
})
