import type { Reporter, TestModule } from 'vitest/node'

/** Ends the run as failed when a test was skipped: for where everything that tests need has been installed. */
export class NothingSkipped implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const skipped = modules.flatMap((module) =>
      [...module.children.allTests('skipped')].map((test) => `${module.relativeModuleId}: ${test.fullName}`),
    )
    if (skipped.length === 0) return
    console.error(
      `These tests were skipped, and with AZBUILD_TEST_ALL=1 none may be:\n  ${skipped.join('\n  ')}`,
    )
    process.exitCode = 1
  }
}
