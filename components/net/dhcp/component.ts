import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'net/dhcp',
  title: 'DHCP client',
  status: 'stable',
  provides: ['net.config'],
  preferred: true,
  needs: ['net.ipv4', 'net.netbuf', 'mm.heap', 'clock', 'wait', 'random'],
  init: { level: 'net', call: 'az_dhcp_init' },
  budget: { text: 4096, data: 128, bss: 64 },
})
