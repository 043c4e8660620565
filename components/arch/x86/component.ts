import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'arch/x86',
  title: 'x86 processor',
  status: 'stable',
  provides: ['arch'],
  uses: ['mm.pages', 'mm.vm'],
  irqSafe: ['trap.c', 'vector.c', 'phys.c'],
  budget: { text: 4096, data: 512 },
})
