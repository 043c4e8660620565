import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/pm-timer',
  title: 'ACPI power management timer, as a clock',
  status: 'stable',
  provides: ['clock.source'],
  preferred: true,
  needs: ['clock', 'acpi'],
  init: { level: 'time', call: 'az_pm_timer_init' },
  budget: { text: 512, data: 96 },
})
