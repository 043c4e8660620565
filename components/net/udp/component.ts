import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'net/udp',
  title: 'UDP',
  status: 'stable',
  provides: ['net.family'],
  preferred: true,
  needs: ['net.ipv4', 'net.netbuf', 'net.sockets', 'files', 'mm.heap', 'wait'],
  needsFor: { 'net.loopback': ['sendto', 'sendmsg', 'sendmmsg'] },
  uses: ['host.link'],
  init: { level: 'net', call: 'az_udp_init' },
  budget: { text: 6144, data: 256, bss: 256 },
})
