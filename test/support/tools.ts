import { spawnSync } from 'node:child_process'

/**
 * Whether everything that tests use is to be there, as in .ci/run, which installs it: then nothing may be skipped. Not `CI`: with
 * Node.js alone the suite passes anywhere.
 */
export const everythingInstalled = process.env['AZBUILD_TEST_ALL'] === '1'

/** Whether a program that answers --version is on PATH. */
export const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).status === 0

/**
 * The first of these programs that is not installed, so that what needs it can be skipped, with the name as the reason in its
 * title. Throws where everything has to be there.
 */
export function missingTool(...programs: readonly string[]): string | undefined {
  const missing = programs.find((program) => !isInstalled(program))
  if (missing !== undefined && everythingInstalled)
    throw new Error(`${missing} is not installed, and with AZBUILD_TEST_ALL=1 no test may be skipped`)
  return missing
}

/** A title that says why its tests are skipped, when they are. */
export const titled = (title: string, missing: string | undefined): string =>
  missing === undefined ? title : `${title} (skipped: no ${missing} on PATH)`
