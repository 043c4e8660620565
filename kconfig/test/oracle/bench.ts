/**
 * Times olddefconfig on Linux 6.1 x86 as a whole process, ours and C conf's in turn with the same $(shell) calls:
 * `bench.ts [rounds]`. Prints the medians and their ratio; only the ratio of one run means anything.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundleConf } from './bundle.ts'
import { C_CONF, kernelEnvironment, linuxTree, missingOracle } from './linux.ts'

const rounds = Number(process.argv[2] ?? 11)
const missing = missingOracle()
if (missing !== undefined) {
  console.error(missing)
  process.exit(1)
}
const tree = linuxTree()
const directory = mkdtempSync(join(tmpdir(), 'kconfig-bench-'))
const env = {
  ...kernelEnvironment(tree, 'x86'),
  KCONFIG_CONFIG: join(directory, '.config'),
  KCONFIG_AUTOCONFIG: join(directory, 'auto.conf'),
  KCONFIG_AUTOHEADER: join(directory, 'autoconf.h'),
  KCONFIG_RUSTCCFG: join(directory, 'rustc_cfg'),
}
const ours = bundleConf(directory)

function timeMs(program: string, mode: string): number {
  const start = performance.now()
  const { status, stderr } = spawnSync(program, [mode, 'Kconfig'], { cwd: tree, env, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return performance.now() - start
}

const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? 0

timeMs(C_CONF, '--alldefconfig')
const times = Array.from({ length: rounds }, () => [
  timeMs(C_CONF, '--olddefconfig'),
  timeMs(ours, '--olddefconfig'),
])
const [c, our] = [0, 1].map((side) => median(times.map((pair) => pair[side] ?? 0)))
const ratio = median(times.map(([cMs = 0, ourMs = 0]) => ourMs / cMs))
console.log(`C conf ${c?.toFixed(0)} ms, ours ${our?.toFixed(0)} ms, median of ratios ${ratio.toFixed(2)}`)
rmSync(directory, { recursive: true, force: true })
