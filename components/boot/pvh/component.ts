import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'boot/pvh',
  title: 'PVH boot protocol',
  status: 'stable',
  provides: ['boot'],
  needs: ['arch', 'core'],
  budget: { text: 512 },
})
