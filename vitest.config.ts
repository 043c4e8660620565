import { defineConfig } from 'vitest/config'
import { NothingSkipped } from './test/support/nothing-skipped.ts'
import { everythingInstalled } from './test/support/tools.ts'

/** Boot tests share two cores: a generous limit catches a hang, and no test measures time. */
export default defineConfig({
  test: {
    include: ['{compiler,kconfig,components,test,examples}/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // A boot on a machine that does other things may be starved of time; a real failure fails twice.
    retry: everythingInstalled ? 1 : 0,
    reporters: everythingInstalled ? ['default', new NothingSkipped()] : ['default'],
    globalSetup: 'test/support/host-compiler.ts',
  },
})
