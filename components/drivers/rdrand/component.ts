import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/rdrand',
  title: "The processor's random number generator",
  status: 'stable',
  provides: ['entropy'],
  preferred: true,
  needs: ['random', 'arch'],
  init: { level: 'device', call: 'az_rdrand_init' },
  budget: { text: 512, data: 64 },
})
