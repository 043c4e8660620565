import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'net/ethernet',
  title: 'Ethernet: interfaces and ethertypes',
  status: 'stable',
  provides: ['net.ethernet'],
  needs: ['net.netbuf', 'wait'],
  budget: { text: 2048, data: 64, bss: 128 },
})
