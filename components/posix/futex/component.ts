import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/futex',
  title: 'Futexes for one thread',
  status: 'stable',
  needs: ['files', 'wait', 'clock'],
  uses: ['signals'],
  syscalls: { futex: 'az_sys_futex' },
  budget: { text: 768 },
})
