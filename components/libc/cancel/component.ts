import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'libc/cancel',
  title: 'Cancellation of threads',
  status: 'stable',
  provides: ['libc.cancel'],
  needs: ['signals', 'threads.posix'],
  symbols: ['pthread_cancel'],
})
