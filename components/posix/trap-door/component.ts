import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/trap-door',
  title: "The trap door: Linux's instructions for system calls",
  status: 'stable',
  provides: ['syscall.trap'],
  needs: ['arch', 'libc.dynamic'],
  symbols: ['az_trap_door'],
  init: { level: 'cpu', call: 'az_trap_door_init' },
  budget: { text: 512 },
})
