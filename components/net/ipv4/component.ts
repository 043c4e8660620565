import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'net/ipv4',
  title: 'IPv4, ARP, ICMP',
  status: 'stable',
  provides: ['net.ipv4'],
  needs: ['net.ethernet', 'net.device', 'net.config', 'mm.heap', 'clock', 'random'],
  init: { level: 'net', call: 'az_ipv4_init' },
  budget: { text: 8192, data: 256, bss: 4096 },
})
