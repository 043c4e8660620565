import { defineConfig } from 'azbuild'

export default defineConfig({
  budget: {
    x86_64: { imageBytes: 94208, bootInstructions: 48500, requestInstructions: 9200 },
    i386: { imageBytes: 94208, bootInstructions: 44500, requestInstructions: 10700 },
  },
})
