import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'libc/dynamic',
  title: 'System calls by number',
  status: 'stable',
  provides: ['libc.dynamic'],
  symbols: ['az_sys_dynamic'],
  budget: { text: 256 },
})
