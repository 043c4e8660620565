import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/hpet',
  title: 'High precision event timer, as a clock',
  status: 'stable',
  provides: ['clock.source'],
  preferred: true,
  needs: ['clock', 'acpi'],
  init: { level: 'time', call: 'az_hpet_init' },
  budget: { text: 512, data: 96 },
})
