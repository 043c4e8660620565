import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'sched/wait',
  title: 'Waiting: polls devices, runs timers and halts',
  status: 'stable',
  provides: ['wait'],
  needs: ['clock', 'clock.event'],
  uses: ['signals', 'threads'],
  budget: { text: 2048, data: 64 },
})
