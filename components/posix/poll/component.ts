import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/poll',
  title: 'poll and select',
  status: 'stable',
  needs: ['files', 'mm.heap', 'wait', 'clock'],
  uses: ['signals'],
  syscalls: {
    poll: 'az_sys_poll',
    ppoll: 'az_sys_ppoll',
    select: 'az_sys_select',
    pselect6: 'az_sys_pselect6',
  },
  budget: { text: 2560 },
})
