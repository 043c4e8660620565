import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/timerfd',
  title: 'timerfd: a timer with a descriptor',
  status: 'stable',
  needs: ['files', 'mm.heap', 'wait', 'clock', 'clock.wall'],
  syscalls: {
    timerfd_create: 'az_sys_timerfd_create',
    timerfd_settime: 'az_sys_timerfd_settime',
    timerfd_gettime: 'az_sys_timerfd_gettime',
  },
  budget: { text: 2048, data: 96 },
})
