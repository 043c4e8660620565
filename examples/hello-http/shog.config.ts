import { defineConfig } from 'azbuild'

export default defineConfig({
  budget: {
    x86_64: { imageBytes: 92160, bootInstructions: 46000 },
    i386: { imageBytes: 92160, bootInstructions: 42500 },
  },
})
