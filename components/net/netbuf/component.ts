import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'net/netbuf',
  title: 'Network buffers',
  status: 'stable',
  provides: ['net.netbuf'],
  needs: ['mm.pages'],
  budget: { text: 1024, data: 64, bss: 128 },
})
