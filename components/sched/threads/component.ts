import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'sched/threads',
  title: 'Cooperative threads on one processor',
  status: 'stable',
  provides: ['threads'],
  needs: ['arch', 'core', 'mm.heap', 'mm.vm', 'wait'],
  budget: { text: 1536, data: 512 },
})
