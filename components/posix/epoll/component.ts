import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/epoll',
  title: 'epoll',
  status: 'stable',
  needs: ['files', 'mm.heap', 'wait', 'clock'],
  uses: ['signals'],
  syscalls: {
    epoll_create: 'az_sys_epoll_create',
    epoll_create1: 'az_sys_epoll_create1',
    epoll_ctl: 'az_sys_epoll_ctl',
    epoll_wait: 'az_sys_epoll_wait',
    epoll_pwait: 'az_sys_epoll_pwait',
    epoll_pwait2: 'az_sys_epoll_pwait2',
  },
  budget: { text: 3072, data: 96 },
})
