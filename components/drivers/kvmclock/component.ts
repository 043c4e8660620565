import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/kvmclock',
  title: "KVM's clock",
  status: 'stable',
  provides: ['clock.source', 'clock.wall'],
  preferred: true,
  needs: ['clock'],
  init: { level: 'time', call: 'az_kvmclock_init' },
  budget: { text: 1536, data: 256 },
})
