import { defineComponent } from 'azbuild'

export default defineComponent({
  name: 'random/core',
  title: 'Random bytes: entropy joined, and stretched by ChaCha20',
  status: 'stable',
  provides: ['random'],
  needs: ['entropy', 'arch'],
  uses: ['clock'],
  syscalls: { getrandom: 'az_sys_getrandom' },
  budget: { text: 2048, bss: 512 },
})
