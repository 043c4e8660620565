import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/lapic-timer',
  title: "The local APIC's timer, as an alarm",
  status: 'stable',
  provides: ['clock.event'],
  preferred: true,
  needs: ['clock', 'lapic', 'arch'],
  init: { level: 'time', call: 'az_lapic_timer_init' },
  irqSafe: ['interrupt.c'],
  budget: { text: 768, data: 96 },
})
