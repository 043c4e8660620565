import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/futex',
  title: 'Futexes',
  status: 'stable',
  needs: ['files', 'wait', 'clock'],
  uses: ['signals', 'threads'],
  syscalls: { futex: 'az_sys_futex' },
  budget: { text: 1536 },
})
