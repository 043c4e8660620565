import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'net/loopback',
  title: 'Loopback interface, 127.0.0.1',
  status: 'stable',
  provides: ['net.loopback'],
  needs: ['net.ethernet', 'net.ipv4'],
  init: { level: 'net', call: 'az_loopback_init' },
  budget: { text: 1024, data: 128, bss: 128 },
})
