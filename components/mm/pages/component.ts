import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'mm/pages',
  title: 'Page allocator',
  status: 'stable',
  provides: ['mm.pages'],
  needs: ['arch', 'core', 'boot', 'libc.string'],
  init: { level: 'memory', call: 'az_pages_init' },
  budget: { text: 4096, data: 64 },
})
