import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'fs/dev',
  title: 'Device files in /dev',
  status: 'stable',
  provides: ['fs.tree'],
  preferred: true,
  needs: ['files', 'fs.root', 'stdio', 'mm.heap', 'random'],
  init: { level: 'fs', call: 'az_dev_init' },
  budget: { text: 3584, data: 1024 },
})
