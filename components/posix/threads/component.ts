import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/threads',
  title: 'Threads of the app: clone and what their end does',
  status: 'stable',
  provides: ['threads.posix'],
  needs: ['core', 'mm.vm', 'signals', 'threads'],
  syscalls: { clone: 'az_sys_clone' },
  symbols: ['az_thread_exit_unmapping'],
  budget: { text: 1536, data: 64 },
})
