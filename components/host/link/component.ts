import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'host/link',
  title: 'Records for the runner',
  status: 'stable',
  provides: ['host.link'],
  needs: ['arch', 'core'],
  budget: { text: 512 },
})
