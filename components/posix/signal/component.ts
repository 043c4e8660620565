import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/signal',
  title: 'Signals',
  status: 'stable',
  provides: ['signals'],
  needs: ['core', 'files', 'mm.heap', 'wait'],
  uses: ['threads'],
  syscalls: {
    kill: 'az_sys_kill',
    tkill: 'az_sys_tkill',
    tgkill: 'az_sys_tgkill',
    rt_sigqueueinfo: 'az_sys_rt_sigqueueinfo',
    rt_sigaction: 'az_sys_rt_sigaction',
    rt_sigprocmask: 'az_sys_rt_sigprocmask',
    rt_sigpending: 'az_sys_rt_sigpending',
    rt_sigsuspend: 'az_sys_rt_sigsuspend',
    rt_sigtimedwait: 'az_sys_rt_sigtimedwait',
    sigaltstack: 'az_sys_sigaltstack',
    pause: 'az_sys_pause',
  },
  budget: { text: 4096, data: 3072 },
})
