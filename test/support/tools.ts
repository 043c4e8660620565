import { spawnSync } from 'node:child_process'

/** Whether a program that answers --version is on PATH. */
export const isInstalled = (program: string): boolean => spawnSync(program, ['--version']).status === 0

/**
 * The first of these programs that is not installed, so that what needs it can be skipped, with the name as the reason in its
 * title. Throws in CI, where everything has to be there and nothing may be skipped.
 */
export function missingTool(...programs: readonly string[]): string | undefined {
  const missing = programs.find((program) => !isInstalled(program))
  if (missing !== undefined && process.env['CI'] === 'true')
    throw new Error(`CI has to have ${missing}: the tests that use it may not be skipped there`)
  return missing
}

/** A title that says why its tests are skipped, when they are. */
export const titled = (title: string, missing: string | undefined): string =>
  missing === undefined ? title : `${title} (skipped: no ${missing} on PATH)`
