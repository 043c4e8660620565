import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'net/static',
  title: 'Address from the command line',
  status: 'stable',
  provides: ['net.config'],
  needs: ['net.ipv4'],
  init: { level: 'net', call: 'az_static_init' },
  budget: { text: 1024 },
})
