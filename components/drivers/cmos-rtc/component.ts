import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'drivers/cmos-rtc',
  title: "Date from the PC's real-time clock",
  status: 'stable',
  provides: ['clock.wall'],
  preferred: true,
  needs: ['clock'],
  init: { level: 'time', call: 'az_cmos_rtc_init' },
  budget: { text: 1280, data: 64 },
})
