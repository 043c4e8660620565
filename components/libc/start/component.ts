import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'libc/start',
  title: 'From the kernel to main()',
  status: 'stable',
  provides: ['libc.start'],
  needs: ['arch', 'core', 'libc.string'],
  uses: ['mm.vm', 'random'],
  symbols: ['az_app_start'],
  budget: { text: 2048 },
})
