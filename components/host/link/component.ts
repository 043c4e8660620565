import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'host/link',
  title: 'Records for the runner',
  status: 'stable',
  provides: ['host.link'],
  needs: ['arch', 'core'],
  irqSafe: ['link.c'],
  budget: { text: 512 },
})
