import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/pipe',
  title: 'Pipes',
  status: 'stable',
  needs: ['files', 'mm.heap', 'wait'],
  uses: ['signals'],
  syscalls: { pipe: 'az_sys_pipe', pipe2: 'az_sys_pipe2' },
  budget: { text: 2048, data: 192 },
})
