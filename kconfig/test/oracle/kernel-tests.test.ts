import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundleConf } from './bundle.ts'
import {
  kernelEnvironment,
  linuxTree,
  missingOracle,
  mutate,
  numbersFrom,
  runC,
  runOurs,
  type Version,
} from './linux.ts'

const missing = missingOracle()
const hasPytest = spawnSync('/usr/bin/python3', ['-m', 'pytest', '--version']).status === 0
const everythingInstalled = process.env['AZBUILD_TEST_ALL'] === '1'

describe('the oracles', () => {
  it.runIf(everythingInstalled)('are installed', () => {
    expect(missing).toBeUndefined()
    expect(missing612).toBeUndefined()
    expect(hasPytest).toBe(true)
  })
})

/** What pytest says of the cases of a kernel, run with our conf. */
function kernelTests(version: Version): string {
  const directory = mkdtempSync(join(tmpdir(), 'kconfig-tests-'))
  try {
    const scripts = join(directory, 'scripts/kconfig')
    cpSync(join(linuxTree(version), 'scripts/kconfig/tests'), join(scripts, 'tests'), { recursive: true })
    bundleConf(scripts)
    const run = (): string =>
      spawnSync('/usr/bin/python3', ['-m', 'pytest', '-p', 'no:cacheprovider', 'scripts/kconfig/tests'], {
        cwd: directory,
        encoding: 'utf8',
        env: { ...process.env, KCONFIG_RULES: version, PYTHONDONTWRITEBYTECODE: '1' },
      }).stdout
    let stdout = run()
    // The tests feed Enter until conf ends, and fail when it ends while they are stuck on a full pipe: on a busy
    // machine any conf can meet that.
    for (let i = 0; i < 3 && stdout.includes('BrokenPipeError'); i++) stdout = run()
    return stdout
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

const missing612 = missingOracle('6.12')
describe.skipIf(missing612 !== undefined || !hasPytest)('Linux 6.12', () => {
  it("passes the kernel's own 16 test cases", () => {
    const stdout = kernelTests('6.12')
    expect(stdout).toMatch(/\b16 passed\b/)
    expect(stdout).not.toMatch(/\bfailed\b/)
  })
})

describe.skipIf(missing !== undefined)('Linux 6.1', () => {
  it.skipIf(!hasPytest)("passes the kernel's own 17 test cases", () => {
    const stdout = kernelTests('6.1')
    expect(stdout).toMatch(/\b17 passed\b/)
    expect(stdout).not.toMatch(/\bfailed\b/)
  })

  it(
    'does what C conf does on x86: all modes, files and messages byte for byte',
    { timeout: 300_000 },
    async () => {
      const tree = linuxTree()
      const env = { ...kernelEnvironment(tree, 'x86'), KCONFIG_SEED: '0x2a' }
      const all = { tree, env, args: ['--allmodconfig', 'Kconfig'], autoConf: true }
      expect(await runOurs(all)).toEqual(runC(all))
      const random = { tree, env, args: ['--randconfig', 'Kconfig'] }
      const c = runC(random)
      expect(await runOurs(random)).toEqual(c)
      const config = mutate(c.config, numbersFrom(7))
      for (const mode of ['--olddefconfig', '--listnewconfig']) {
        const next = { tree, env, args: [mode, 'Kconfig'], config }
        expect(await runOurs(next)).toEqual(runC(next))
      }
    },
  )
})
