import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'mm/heap',
  title: 'Kernel heap',
  status: 'stable',
  provides: ['mm.heap'],
  needs: ['mm.pages', 'core', 'libc.string'],
  budget: { text: 1280 },
})
