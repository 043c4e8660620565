import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'machine/exit',
  title: 'Stopping a PC',
  status: 'stable',
  provides: ['machine.exit'],
  needs: ['arch', 'core'],
  uses: ['machine.power'],
  budget: { text: 256 },
})
