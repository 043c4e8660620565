import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'fs/etc',
  title: 'Generated files in /etc',
  status: 'stable',
  provides: ['fs.tree'],
  preferred: true,
  needs: ['files', 'fs.root', 'core', 'clock'],
  uses: ['net.ipv4'],
  init: { level: 'fs', call: 'az_etc_init' },
  budget: { text: 2048, data: 512 },
})
