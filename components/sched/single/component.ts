import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'sched/single',
  title: 'One thread: waiting polls devices and halts',
  status: 'stable',
  provides: ['wait'],
  needs: ['clock', 'clock.event'],
  uses: ['signals'],
  budget: { text: 2048, data: 64 },
})
