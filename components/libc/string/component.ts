import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'libc/string',
  title: 'Fast mem* and str* functions',
  status: 'stable',
  provides: ['libc.string'],
  symbols: [
    'memchr',
    'memcmp',
    'memcpy',
    'memmove',
    'memset',
    'strchrnul',
    '__strchrnul',
    'strcmp',
    'strlen',
    'strncmp',
  ],
  irqSafe: ['memchr.c', 'memcmp.c', 'memcpy.c', 'memset.c', 'strcmp.c', 'strlen.c'],
  budget: { text: 1536 },
})
