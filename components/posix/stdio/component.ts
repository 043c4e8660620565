import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'posix/stdio',
  title: 'Standard input, output and error on the console',
  status: 'stable',
  provides: ['stdio'],
  needs: ['console', 'core'],
  needsFor: { wait: ['read', 'readv'], clock: ['read', 'readv'] },
  uses: ['wait', 'signals'],
  budget: { text: 4096, data: 256 },
})
