import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'fs/embed',
  title: "Files of the app's configuration",
  status: 'stable',
  provides: ['fs.tree'],
  needs: ['fs.root', 'mm.heap'],
  init: { level: 'early', call: 'az_embed_init' },
  budget: { text: 1024, data: 64 },
})
