import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'libc/malloc',
  title: 'malloc and its family',
  status: 'stable',
  provides: ['libc.malloc'],
  needs: ['core', 'libc.string', 'mm.vm'],
  symbols: [
    'malloc',
    'free',
    'calloc',
    'realloc',
    'reallocarray',
    'aligned_alloc',
    'memalign',
    'posix_memalign',
    'malloc_usable_size',
    '__libc_malloc',
    '__libc_calloc',
    '__libc_realloc',
    '__libc_free',
  ],
  budget: { text: 5120, bss: 512 },
})
