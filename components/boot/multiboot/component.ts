import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'boot/multiboot',
  title: 'Multiboot 1 boot protocol',
  status: 'stable',
  arch: ['i386'],
  provides: ['boot'],
  needs: ['arch', 'core'],
  budget: { text: 768 },
})
