import { defineConfig } from 'vitest/config'

/** Boot tests share two cores: a generous limit catches a hang, and no test measures time. */
export default defineConfig({
  test: {
    include: ['{compiler,kconfig,components,test,examples}/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // .ci/run reads from it that nothing was skipped.
    reporters:
      process.env['CI'] === 'true' ? ['default', ['json', { outputFile: 'out/vitest.json' }]] : ['default'],
    globalSetup: 'test/support/host-compiler.ts',
  },
})
