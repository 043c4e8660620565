import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bundleConf } from './bundle.ts'
import { kernelEnvironment, linuxTree, missingOracle, mutate, numbersFrom, runC, runOurs } from './linux.ts'

const missing = missingOracle()
const hasPytest = spawnSync('/usr/bin/python3', ['-m', 'pytest', '--version']).status === 0
const isCi = Boolean(process.env['CI'])

describe('the oracles', () => {
  it.runIf(isCi)('are installed in CI', () => {
    expect(missing).toBeUndefined()
    expect(hasPytest).toBe(true)
  })
})

describe.skipIf(missing !== undefined)('Linux 6.1', () => {
  it.skipIf(!hasPytest)("passes the kernel's own 17 test cases", () => {
    const directory = mkdtempSync(join(tmpdir(), 'kconfig-tests-'))
    try {
      const scripts = join(directory, 'scripts/kconfig')
      cpSync(join(linuxTree(), 'scripts/kconfig/tests'), join(scripts, 'tests'), { recursive: true })
      bundleConf(scripts)
      const { stdout } = spawnSync(
        '/usr/bin/python3',
        ['-m', 'pytest', '-p', 'no:cacheprovider', 'scripts/kconfig/tests'],
        {
          cwd: directory,
          encoding: 'utf8',
          env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' },
        },
      )
      expect(stdout).toMatch(/\b17 passed\b/)
      expect(stdout).not.toMatch(/\bfailed\b/)
    } finally {
      rmSync(directory, { recursive: true, force: true })
    }
  })

  it(
    'does what C conf does on x86: all modes, files and messages byte for byte',
    { timeout: 300_000 },
    async () => {
      const tree = linuxTree()
      const env = { ...kernelEnvironment(tree, 'x86'), KCONFIG_SEED: '0x2a' }
      for (const mode of ['--randconfig', '--allmodconfig']) {
        const options = { tree, env, args: [mode, 'Kconfig'], autoConf: mode === '--allmodconfig' }
        const c = runC(options)
        expect(await runOurs(options)).toEqual(c)
        const next = {
          tree,
          env,
          args: ['--olddefconfig', 'Kconfig'],
          config: mutate(c.config, numbersFrom(7)),
        }
        expect(await runOurs(next)).toEqual(runC(next))
        const listed = { tree, env, args: ['--listnewconfig', 'Kconfig'], config: next.config }
        expect(await runOurs(listed)).toEqual(runC(listed))
      }
    },
  )
})
