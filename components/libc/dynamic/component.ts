import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'libc/dynamic',
  title: 'System calls by number',
  status: 'stable',
  provides: ['libc.dynamic'],
  budget: { text: 256 },
})
