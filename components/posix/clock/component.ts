import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/clock',
  title: 'Clocks, sleeping and interval timers',
  status: 'stable',
  needs: ['clock', 'wait', 'files', 'mm.pages'],
  needsFor: {
    'clock.wall': ['clock_gettime', 'clock_nanosleep', 'gettimeofday', 'time'],
  },
  uses: ['signals'],
  syscalls: {
    clock_gettime: 'az_sys_clock_gettime',
    clock_getres: 'az_sys_clock_getres',
    clock_settime: 'az_sys_clock_settime',
    clock_nanosleep: 'az_sys_clock_nanosleep',
    nanosleep: 'az_sys_nanosleep',
    gettimeofday: 'az_sys_gettimeofday',
    settimeofday: 'az_sys_settimeofday',
    time: 'az_sys_time',
    times: 'az_sys_times',
    getrusage: 'az_sys_getrusage',
    alarm: 'az_sys_alarm',
    getitimer: 'az_sys_getitimer',
    setitimer: 'az_sys_setitimer',
  },
  budget: { text: 3584, data: 64 },
})
