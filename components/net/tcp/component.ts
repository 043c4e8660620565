import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'net/tcp',
  title: 'TCP',
  status: 'stable',
  provides: ['net.family'],
  preferred: true,
  needs: ['net.ipv4', 'net.netbuf', 'net.sockets', 'mm.heap', 'clock', 'wait', 'random'],
  uses: ['host.link'],
  init: { level: 'net', call: 'az_tcp_init' },
  budget: { text: 24576, data: 256, bss: 1024 },
})
