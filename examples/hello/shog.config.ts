import { defineConfig } from 'azbuild'

export default defineConfig({
  budget: {
    x86_64: { imageBytes: 24448, bootInstructions: 4250, syscalls: ['exit_group', 'ioctl', 'writev'] },
    i386: { imageBytes: 23168, bootInstructions: 3680, syscalls: ['exit_group', 'ioctl', 'writev'] },
  },
})
