/**
 * The front that behaves like Linux 6.1's `scripts/kconfig/conf`: its options, environment variables, files, messages
 * and exit codes, so that a kernel build or the kernel's own tests can use it in C conf's place.
 */
import { loadDotconfig, putDotconfig, type DotconfigProblem } from '../dotconfig/read.ts'
import { renderDefconfig } from '../dotconfig/write.ts'
import { Config } from '../eval/config.ts'
import { unmetWarning } from '../eval/help.ts'
import { arrange } from '../lang/arrange.ts'
import { MOD, NO, YES, type Tree, type Tristate } from '../lang/model.ts'
import { parseKconfig } from '../lang/parser.ts'
import { parseProbabilities, rewriteTristates, setAll, setRandom, type AllMode } from './all.ts'
import { Asker, EndOfInput } from './ask.ts'
import { configName, readSource, writeAutoConf, writeDotconfig } from './files.ts'
import type { ConfIo } from './io.ts'
import { rulesFor } from './open.ts'
import { parseOptions, usage, type Mode, type Options } from './options.ts'
import { randomNumbers } from './random.ts'

export type { ConfIo } from './io.ts'

/** Runs conf with the arguments after the program's name; returns the exit code. */
export async function conf(argv: readonly string[], io: ConfIo): Promise<number> {
  try {
    return await runConf(argv, io)
  } finally {
    io.flush()
  }
}

async function runConf(argv: readonly string[], io: ConfIo): Promise<number> {
  const options = parseOptions(argv)
  for (const complaint of options.complaints) io.err(`${io.name}: ${complaint}\n`)
  if (options.help) {
    io.out(usage(io.name))
    return 1
  }
  const seed = options.mode === 'randconfig' ? chooseSeed(io) : 0
  if (options.kconfig === undefined) {
    io.err(`${io.name}: Kconfig file missing\n`)
    io.out(usage(io.name))
    return 1
  }
  const tree = parseKconfig({
    root: options.kconfig,
    read: (file) => readSource(io, file),
    glob: (pattern) => io.glob(pattern),
    env: io.env,
    startShell: (command) => io.startShell(command),
    prefix: io.env['CONFIG_'] ?? 'CONFIG_',
    rules: rulesFor(io),
  })
  for (const { stream, text, fatal } of tree.output) {
    if (stream === 'stdout') io.out(text)
    else io.err(text)
    if (fatal) return 1
  }
  return new Run(tree, options, io).run(seed)
}

function chooseSeed(io: ConfIo): number {
  const given = io.env['KCONFIG_SEED'] ?? ''
  const seed = /^\s*[+-]?(0[xX][\da-fA-F]+|\d+)$/.test(given) ? Number(given) : io.entropy()
  io.out(`KCONFIG_SEED=0x${(seed >>> 0).toString(16).toUpperCase()}\n`)
  return seed
}

const ALL_MODES: Readonly<Partial<Record<Mode, AllMode>>> = {
  allnoconfig: 'no',
  allyesconfig: 'yes',
  allmodconfig: 'mod',
  alldefconfig: 'default',
  defconfig: 'default',
}

class Run {
  readonly #config: Config
  readonly #options: Options
  readonly #io: ConfIo
  /** The configuration in memory is not that of the file. */
  #changed = true
  #confWarnings = 0
  #unmet = 0

  constructor(tree: Tree, options: Options, io: ConfIo) {
    this.#options = options
    this.#io = io
    this.#config = new Config(tree)
    this.#config.onUnmet = (symbol) => {
      this.#unmet++
      io.err(unmetWarning(this.#config, arrange(tree), symbol))
    }
  }

  async run(seed: number): Promise<number> {
    const { mode } = this.#options
    if (!this.#readFirst()) return 1
    const failOnWarnings = this.#io.env['KCONFIG_WERROR'] !== undefined
    if (failOnWarnings && this.#confWarnings > 0) return 1
    const noUpdate = mode === 'syncconfig' && Boolean(this.#io.env['KCONFIG_NOSILENTUPDATE'])
    if (noUpdate && this.#changed) {
      this.#io.err('\n*** The configuration requires explicit update.\n\n')
      return 1
    }
    if (!(await this.#apply(seed))) return 1
    if (failOnWarnings && this.#unmet > 0) return 1
    return this.#write(noUpdate)
  }

  /** Reads the configuration that the mode starts from. */
  #readFirst(): boolean {
    const { mode, file } = this.#options
    switch (mode) {
      case 'defconfig':
        if (this.#load(file)) return true
        this.#io.err(`***\n*** Can't find default configuration "${file}"!\n***\n`)
        return false
      case 'allnoconfig':
      case 'allyesconfig':
      case 'allmodconfig':
      case 'alldefconfig':
      case 'randconfig':
        return this.#readSeed(mode)
      default:
        this.#loadOwn()
        return true
    }
  }

  #loadOwn(): void {
    const name = configName(this.#io)
    if (this.#load(name)) return
    for (const each of this.#defaultFiles()) {
      const text = readSource(this.#io, each)
      if (text === undefined) continue
      this.#message(`using defaults found in ${each}`)
      this.#take(each, text)
      this.#changed = true
      return
    }
    this.#config.invalidate()
  }

  #defaultFiles(): string[] {
    const list = this.#io.env['KCONFIG_DEFCONFIG_LIST']
    if (list !== undefined) return list.split(/\s+/).filter((word) => word !== '')
    const config = this.#config
    return (config.tree.defconfigList?.properties ?? []).flatMap((property) =>
      property.kind === 'default' &&
      property.value.kind === 'symbol' &&
      config.propertyCondition(property) !== NO
        ? [config.value(property.value.symbol)]
        : [],
    )
  }

  #load(name: string): boolean {
    const text = readSource(this.#io, name)
    if (text === undefined) return false
    this.#take(name, text)
    return true
  }

  #take(name: string, text: string): void {
    // Warnings about the file come before those about values, which appear while values are computed.
    const { onUnmet } = this.#config
    const held: string[] = []
    const out = this.#io
    this.#config.onUnmet = (symbol) => {
      this.#unmet++
      held.push(unmetWarning(this.#config, arrange(this.#config.tree), symbol))
    }
    const report = loadDotconfig(this.#config, text)
    this.#config.onUnmet = onUnmet
    this.#warn(name, report.problems)
    for (const warning of held) out.err(warning)
    this.#changed = report.changed
  }

  #warn(file: string, problems: readonly DotconfigProblem[]): void {
    const { byName } = this.#config.tree
    this.#confWarnings = 0
    for (const { kind, name, line, message } of problems) {
      const isMentioned = kind === 'unknown-symbol' && byName.has(name)
      if (isMentioned || (kind === 'unknown-symbol' && !this.#io.env['KCONFIG_WARN_UNKNOWN_SYMBOLS']))
        continue
      this.#confWarnings++
      this.#io.err(`${file}:${line}:warning: ${message}\n`)
    }
  }

  /** KCONFIG_ALLCONFIG: values that the all*config modes keep. */
  #readSeed(mode: Mode): boolean {
    const name = this.#io.env['KCONFIG_ALLCONFIG']
    const { symbols } = this.#config.tree
    for (const symbol of symbols) this.#config.forget(symbol)
    if (name === undefined) return true
    const own = mode === 'randconfig' ? 'allrandom.config' : mode.replace(/config$/, '.config')
    const names = name === '' || name === '1' ? [own, 'all.config'] : [name]
    for (const each of names) {
      const text = readSource(this.#io, each)
      if (text === undefined) continue
      this.#warn(each, putDotconfig(this.#config, text).problems)
      return true
    }
    this.#io.err(
      names.length === 1
        ? `*** Can't read seed configuration "${name}"!\n`
        : `*** KCONFIG_ALLCONFIG set, but no "${own}" or "all.config" file found\n`,
    )
    return false
  }

  /** Does what the mode does to the configuration. */
  async #apply(seed: number): Promise<boolean> {
    const { mode } = this.#options
    const config = this.#config
    const all = ALL_MODES[mode]
    if (all !== undefined) {
      setAll(config, all)
      this.#changed = true
      return true
    }
    switch (mode) {
      case 'randconfig': {
        const probabilities = parseProbabilities(this.#io.env['KCONFIG_PROBABILITY'])
        if (probabilities === undefined) {
          this.#io.err('KCONFIG_PROBABILITY: Numerical result out of range\n')
          return false
        }
        setRandom(config, probabilities, randomNumbers(seed))
        this.#changed = true
        return true
      }
      case 'yes2modconfig':
        return this.#rewrite(YES, MOD)
      case 'mod2yesconfig':
        return this.#rewrite(MOD, YES)
      case 'mod2noconfig':
        return this.#rewrite(MOD, NO)
      case 'oldaskconfig':
      case 'oldconfig':
      case 'syncconfig':
      case 'listnewconfig':
      case 'helpnewconfig': {
        const asker = new Asker(config, arrange(config.tree), this.#io, mode)
        try {
          await asker.run()
        } catch (error) {
          if (error instanceof EndOfInput) return false
          throw error
        }
        this.#changed ||= asker.changed
      }
    }
    return true
  }

  #rewrite(from: Tristate, to: Tristate): true {
    rewriteTristates(this.#config, from, to)
    this.#changed = true
    return true
  }

  #write(noUpdate: boolean): number {
    const { mode, file } = this.#options
    const config = this.#config
    if (mode === 'listnewconfig' || mode === 'helpnewconfig') return 0
    if (mode === 'savedefconfig') {
      try {
        this.#io.writeFile(file, renderDefconfig(config))
        return 0
      } catch {
        this.#io.err(`n*** Error while saving defconfig to: ${file}\n\n`)
        return 1
      }
    }
    if (!noUpdate) {
      if (!this.#changed) config.invalidate()
      const message = writeDotconfig(config, this.#io)
      if (message === undefined) {
        this.#io.err('\n*** Error during writing of the configuration.\n\n')
        return 1
      }
      this.#message(message)
    }
    const isSync = mode === 'syncconfig'
    if (!writeAutoConf(config, this.#io, isSync) && isSync) {
      this.#io.err('\n*** Error during sync of the configuration.\n\n')
      return 1
    }
    return 0
  }

  #message(text: string): void {
    if (!this.#options.silent) this.#io.out(`#\n# ${text}\n#\n`)
  }
}
