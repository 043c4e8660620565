import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'sched/single',
  title: 'One thread: waiting polls devices and halts',
  status: 'stable',
  provides: ['wait'],
  needs: ['clock', 'clock.event'],
  uses: ['signals'],
})
