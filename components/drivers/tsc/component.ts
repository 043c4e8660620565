import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/tsc',
  title: "The processor's time-stamp counter",
  status: 'stable',
  provides: ['clock.source'],
  preferred: true,
  needs: ['clock'],
  init: { level: 'time', call: 'az_tsc_init' },
  budget: { text: 512, data: 96 },
})
