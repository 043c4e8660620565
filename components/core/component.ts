import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'core',
  title: 'Start, end, panic and log',
  status: 'stable',
  provides: ['core'],
  needs: ['arch', 'machine.exit', 'libc.string'],
  uses: ['console', 'host.link', 'wait'],
  files: { 'trace.c': 'SYSCALL_TRACE' },
  irqSafe: ['console.c', 'format.c', 'log.c', 'panic.c'],
  budget: { text: 6144, data: 512 },
})
