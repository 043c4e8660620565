import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'arch/x86',
  title: 'x86 processor',
  status: 'stable',
  provides: ['arch'],
  uses: ['mm.pages', 'mm.vm'],
  irqSafe: ['trap.c', 'vector.c', 'phys.c'],
  budget: { text: 6144, data: 512 },
})
