/**
 * Compares our evaluator with Kconfiglib: `kconfiglib.ts linux [x86|arm64] [count]` on Linux 6.1 with mutated random
 * configurations of C conf, `kconfiglib.ts cases <folder of Kconfiglib's source>` on its own test trees. A symbol without
 * a line counts as "is not set", as Kconfiglib and C differ in which n they write.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expandGlob } from '../../conf/glob.ts'
import { createConfig, loadDotconfig, parseKconfig, renderDotconfig, type Tree } from '../../index.ts'
import { kernelEnvironment, linuxTree, missingOracle, mutate, numbersFrom, runC, type Arch } from './linux.ts'

const ORACLE = new URL('./kconfiglib_oracle.py', import.meta.url).pathname

interface Answer {
  readonly error?: string
  readonly symbols: Readonly<Record<string, string>>
  readonly values: readonly Readonly<Record<string, string>>[]
}

function ask(root: string, configs: readonly string[], env: Record<string, string>, cwd: string): Answer {
  const { stdout, stderr } = spawnSync('/usr/bin/python3', [ORACLE], {
    input: JSON.stringify({ root, configs }),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, ...env },
    cwd,
  })
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as Answer
}

/** Files are read as Kconfiglib reads them: below $srctree. */
function read(root: string, directory: string, env: Record<string, string>): Tree {
  const shells = new Map<string, string>()
  const find = (file: string): string => (file.startsWith('/') ? file : join(directory, file))
  return parseKconfig({
    root,
    env,
    modulesByName: true,
    read: (file) => (existsSync(find(file)) ? readFileSync(find(file), 'utf8') : undefined),
    glob: (pattern) =>
      expandGlob(find(pattern), (path) => (existsSync(path) ? readdirSync(path) : [])).filter((path) =>
        existsSync(path),
      ),
    shell(command) {
      const output =
        shells.get(command) ??
        spawnSync('/bin/sh', ['-c', command], { cwd: directory, env, encoding: 'utf8' }).stdout
      shells.set(command, output)
      return output
    },
  })
}

function lines(config: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const line of config.split('\n')) {
    const [, name] = /^(?:# )?CONFIG_(\w+)(?:=| is not set)/.exec(line) ?? []
    if (name !== undefined) found.set(name, line)
  }
  return found
}

/** Values that differ for a reason C conf confirms, where it cannot read the tree itself. */
const EXPLAINED: ReadonlySet<string> = new Set([
  // Klocation: C takes the line after `help` as help even when it is not indented, so `config HELP_2` is text.
  'HELP_2',
])

/** What C conf makes of one configuration; undefined when it cannot read the tree. */
type Judge = (config: string) => Map<string, string> | undefined

/**
 * Compares one tree under all configurations. Where Kconfiglib differs from us, C conf decides: `different` holds what
 * it does not confirm, `oracleErrors` counts what it does.
 */
function compare(
  tree: Tree,
  configs: readonly string[],
  answer: Answer,
  judge: Judge,
): { different: string[]; oracleErrors: number } {
  const different: string[] = []
  let oracleErrors = 0
  configs.forEach((text, i) => {
    const config = createConfig(tree)
    loadDotconfig(config, text)
    const ours = lines(renderDotconfig(config))
    const theirs = answer.values[i] ?? {}
    const unset = (name: string): string => `# CONFIG_${name} is not set`
    const names = [...new Set([...ours.keys(), ...Object.keys(theirs)])].filter(
      // Kconfiglib never writes the symbol of a defconfig_list; C conf did while it had them.
      (name) =>
        name !== tree.defconfigList?.name &&
        !EXPLAINED.has(name) &&
        (theirs[name] ?? unset(name)) !== (ours.get(name) ?? unset(name)),
    )
    const c = names.length === 0 ? undefined : judge(text)
    for (const name of names) {
      if (c !== undefined && (c.get(name) ?? unset(name)) === (ours.get(name) ?? unset(name))) oracleErrors++
      else
        different.push(`config ${i}: kconfiglib ${theirs[name]}, ours ${ours.get(name)}, C ${c?.get(name)}`)
    }
  })
  return { different, oracleErrors }
}

/** Random assignments to the symbols of a tree. */
function randomConfigs(symbols: Readonly<Record<string, string>>, count: number): string[] {
  const random = numbersFrom(count)
  const pick = (values: readonly string[]): string => values[Math.floor(random() * values.length)] ?? ''
  return Array.from({ length: count }, () =>
    Object.entries(symbols)
      .filter(() => random() < 0.6)
      .map(([name, type]) => {
        const value =
          type === 'string'
            ? pick(['"a"', '""', '"x y"'])
            : type === 'int'
              ? pick(['0', '7', '-3', '100'])
              : type === 'hex'
                ? pick(['0x0', '0x20', '0xFF'])
                : pick(['y', 'y', 'm', 'n'])
        return value === 'n' ? `# CONFIG_${name} is not set` : `CONFIG_${name}=${value}`
      })
      .join('\n'),
  )
}

function onLinux(arch: Arch, count: number): number {
  const tree = linuxTree()
  const env = { ...kernelEnvironment(tree, arch), KCONFIG_PROBABILITY: '50' }
  const configs = Array.from({ length: count }, (_, i) => {
    const { config } = runC({
      tree,
      env: { ...env, KCONFIG_SEED: String(i + 1) },
      args: ['--randconfig', 'Kconfig'],
    })
    return mutate(config, numbersFrom(i + 1))
  })
  const judge: Judge = (config) =>
    lines(runC({ tree, env, config, args: ['--olddefconfig', 'Kconfig'] }).config)
  const { different, oracleErrors } = compare(
    read('Kconfig', tree, env),
    configs,
    ask('Kconfig', configs, env, tree),
    judge,
  )
  for (const line of different.slice(0, 40)) console.log(line)
  console.log(
    `${arch}: ${count} configurations, ${different.length} values differ; C conf agrees with us on ${oracleErrors} others`,
  )
  return different.length
}

/** A copy of Kconfiglib's trees in which the forms that C conf of 6.1 no longer knows are left out or modernised. */
function modernised(folder: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'kconfig-cases-'))
  cpSync(join(folder, 'tests'), join(copy, 'tests'), { recursive: true })
  for (const name of readdirSync(join(copy, 'tests')).filter((each) => each.startsWith('K'))) {
    const file = join(copy, 'tests', name)
    const text = readFileSync(file, 'utf8')
      .replace(/^(\s*)option modules$/gm, '$1modules')
      .replace(/^\s*option (env|defconfig_list|allnoconfig_y).*$/gm, '')
      .replace(/^([ \t]*)---help---$/gm, '$1help')
      .replace(/^([ \t]*)def_(int|hex|string) /gm, '$1$2\n$1default ')
    // Kconfiglib takes the symbol MODULES without being told.
    const marked = /^\s*modules$/m.test(text) ? text : text.replace(/^config MODULES$/m, '$&\n\tmodules')
    writeFileSync(file, marked)
  }
  return copy
}

/** The `verify_eval(expression, value)` lines of Kconfiglib's test suite, on the tree they are about. */
function onExpressions(folder: string): number {
  const suite = readFileSync(join(folder, 'testsuite.py'), 'utf8')
  const from = suite.indexOf('Kconfig("Kconfiglib/tests/Keval"')
  const section = suite.slice(from, suite.indexOf('Kconfig("', from + 10))
  const kconfig = readFileSync(join(folder, 'tests/Keval'), 'utf8')
  let modules = 'n'
  let count = 0
  let failures = 0
  for (const line of section.split('\n')) {
    if (line.includes('c.modules.set_value(2)')) modules = 'y'
    const [, , expression, value] = /^ +verify_eval\((["'])(.*)\1, +(\d)\)/.exec(line) ?? []
    if (expression === undefined) continue
    count++
    const text = `${kconfig}\nconfig MODULES\n\tdef_bool ${modules}\n\tmodules\n\nconfig RESULT\n\ttristate\n\tdefault y if ${expression}\n`
    const tree = parseKconfig({ root: 'Kconfig', read: () => text })
    const result = tree.byName.get('RESULT')
    const found = result === undefined ? undefined : createConfig(tree).tristate(result)
    // Without modules, Kconfiglib evaluates the expression alone, where a tristate of ours has no m.
    if (found === Number(value)) continue
    failures++
    console.log(`${expression} is ${found}, not ${value} (MODULES=${modules})`)
  }
  console.log(`${count} expressions, ${failures} values differ`)
  return failures
}

function onCases(folder: string): number {
  const tests = join(folder, 'tests')
  const modern = modernised(folder)
  // As Kconfiglib's test suite sets them.
  const common = {
    ...{
      ENV_1: 'env_1',
      ENV_2: 'env_2',
      ENV_3: 'env_3',
      ENV_4: 'env_4',
      ENV_5: 'n',
      ENV_6: 'tests/empty',
      ENV_7: 'env_7',
    },
    ...{ TESTS_DIR_FROM_ENV: 'tests', SUB_DIR_FROM_ENV: 'sub', FOO: 'defconfig_2', ENV_VAR: 'ENV_VAR value' },
    ...{ _SOURCED: '_sourced', _RSOURCED: '_rsourced', _GSOURCED: '_gsourced', _GRSOURCED: '_grsourced' },
  }
  let failures = onExpressions(folder)
  for (const name of readdirSync(tests)
    .filter((each) => each.startsWith('K'))
    .sort()) {
    // These include files beside them as if they were the top of the tree.
    const isTop = name.startsWith('Kinclude_path')
    const root = isTop ? name : `tests/${name}`
    const top = (directory: string): string => (isTop ? join(directory, 'tests') : directory)
    const env = { ...common, srctree: top(folder) }
    const { symbols, error } = ask(root, [], env, top(folder))
    const tree = read(root, top(folder), env)
    if (error !== undefined) {
      const found = tree.problems.some(({ severity }) => severity === 'error')
      if (!found) failures++
      console.log(
        `${name}: kconfiglib refuses it; we ${found ? 'report an error' : 'DO NOT REPORT AN ERROR'}: ${error.split('\n')[0]}`,
      )
      continue
    }
    const configs = randomConfigs(symbols, 50)
    const judge: Judge = (config) => {
      const { code, config: written } = runC({
        tree: top(modern),
        env: { ...env, srctree: top(modern), PATH: process.env['PATH'] ?? '' },
        config,
        args: ['--olddefconfig', root],
      })
      return code === 0 ? lines(written) : undefined
    }
    const { different, oracleErrors } = compare(tree, configs, ask(root, configs, env, top(folder)), judge)
    failures += different.length
    console.log(
      `${name}: ${Object.keys(symbols).length} symbols, ${different.length} values differ in ${configs.length} configurations; C conf agrees with us on ${oracleErrors} others`,
    )
    for (const line of different.slice(0, 6)) console.log(`  ${line}`)
  }
  rmSync(modern, { recursive: true, force: true })
  return failures
}

const [what = 'linux', argument = 'x86', count = '20'] = process.argv.slice(2)
const missing = missingOracle()
if (missing !== undefined) {
  console.error(missing)
  process.exit(1)
}
process.exit((what === 'cases' ? onCases(argument) : onLinux(argument as Arch, Number(count))) === 0 ? 0 : 1)
