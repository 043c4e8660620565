import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'time/clock',
  title: 'Clock core: the best counter there is, turned into nanoseconds',
  status: 'stable',
  provides: ['clock'],
  needs: ['clock.source'],
  uses: ['clock.wall', 'clock.event'],
  budget: { text: 3584, bss: 256 },
})
