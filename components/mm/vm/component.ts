import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'mm/vm',
  title: "The app's virtual memory",
  status: 'stable',
  provides: ['mm.vm'],
  needs: ['arch', 'core', 'mm.pages', 'mm.heap', 'libc.string'],
  uses: ['files'],
  syscalls: {
    mmap: 'az_sys_mmap',
    munmap: 'az_sys_munmap',
    mprotect: 'az_sys_mprotect',
    mremap: 'az_sys_mremap',
    madvise: 'az_sys_madvise',
    mincore: 'az_sys_mincore',
    msync: 'az_sys_msync',
    brk: 'az_sys_brk',
  },
  budget: { text: 6144, data: 128 },
})
