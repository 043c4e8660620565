import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/eventfd',
  title: 'eventfd: a counter with a descriptor',
  status: 'stable',
  needs: ['files', 'mm.heap', 'wait'],
  syscalls: { eventfd: 'az_sys_eventfd', eventfd2: 'az_sys_eventfd2' },
  budget: { text: 1024, data: 96 },
})
