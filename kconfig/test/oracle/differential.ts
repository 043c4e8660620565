/**
 * Compares our conf with C conf on Linux: `differential.ts [x86|arm64] [count] [first seed] [6.1|6.12]`.
 *
 * For each seed both make a random configuration, which must be the same; it is mutated, and both bring it up to date
 * with olddefconfig. Files, messages and exit codes must be the same byte for byte.
 */
import {
  firstDifferences,
  kernelEnvironment,
  linuxTree,
  missingOracle,
  mutate,
  numbersFrom,
  runC,
  runOurs,
  type Arch,
  type Outcome,
  type Version,
} from './linux.ts'

const [archName = 'x86', count = '100', first = '1', versionName = '6.1'] = process.argv.slice(2)
const version = versionName as Version
const missing = missingOracle(version)
if (missing !== undefined) {
  console.error(missing)
  process.exit(1)
}
const tree = linuxTree(version)
const env = kernelEnvironment(tree, archName as Arch, version)
let different = 0

function compare(label: string, c: Outcome, ours: Outcome): void {
  const parts = (Object.keys(c) as (keyof Outcome)[]).filter((part) => c[part] !== ours[part])
  if (parts.length === 0) return
  different++
  console.log(`${label}: ${parts.join(', ')} differ`)
  for (const part of parts) console.log(firstDifferences(String(c[part]), String(ours[part])).join('\n'))
}

for (let seed = Number(first); seed < Number(first) + Number(count); seed++) {
  const random = numbersFrom(seed)
  const seeded = {
    ...env,
    KCONFIG_SEED: String(seed),
    KCONFIG_PROBABILITY: String(10 + Math.floor(random() * 80)),
  }
  // 6.12 keeps its symbols in another order, which auto.conf follows.
  const autoConf = seed % 10 === 1 && version === '6.1'
  const start = { tree, env: seeded, version, autoConf, args: ['--randconfig', 'Kconfig'] }
  const c = runC(start)
  compare(`${archName} randconfig ${seed}`, c, await runOurs(start))
  const next = { tree, env, version, config: mutate(c.config, random), args: ['--olddefconfig', 'Kconfig'] }
  compare(`${archName} olddefconfig ${seed}`, runC(next), await runOurs(next))
}
console.log(`Linux ${version} ${archName}: ${count} configurations, ${different} differences`)
process.exit(different === 0 ? 0 : 1)
