/** Opens a tree and its .config the way conf does, for fronts that show them. */
import { loadDotconfig, type LoadReport } from '../dotconfig/read.ts'
import { Config } from '../eval/config.ts'
import type { MenuFiles } from '../menu/session.ts'
import { parseKconfig } from '../lang/parser.ts'
import { configName, readSource } from './files.ts'
import type { Rules } from '../lang/model.ts'
import type { ConfIo } from './io.ts'

export interface OpenedTree {
  readonly config: Config
  /** Where the configuration is kept. */
  readonly file: string
  /** What the .config said that could not be taken; undefined when there is no .config yet. */
  readonly report: LoadReport | undefined
}

/**
 * The rules that a tree is meant for: KCONFIG_RULES, or else what KERNELVERSION says, which the kernel's Makefile exports.
 * Linux 6.11 was the first with the new choices.
 */
export function rulesFor({ env }: ConfIo): Rules {
  const given = env['KCONFIG_RULES']
  if (given === '6.1' || given === '6.12') return given
  const [major = 0, minor = 0] = (env['KERNELVERSION'] ?? '').split('.').map((part) => parseInt(part, 10))
  return major > 6 || (major === 6 && minor >= 11) ? '6.12' : '6.1'
}

/** Reads `kconfig` (below $srctree, too) and the file that KCONFIG_CONFIG names. Never fails: see the tree's problems. */
export function openTree(kconfig: string, io: ConfIo): OpenedTree {
  const tree = parseKconfig({
    root: kconfig,
    read: (file) => readSource(io, file),
    glob: (pattern) => io.glob(pattern),
    env: io.env,
    startShell: (command) => io.startShell(command),
    prefix: io.env['CONFIG_'] ?? 'CONFIG_',
    rules: rulesFor(io),
  })
  const config = new Config(tree)
  const file = configName(io)
  const text = readSource(io, file)
  return { config, file, report: text === undefined ? undefined : loadDotconfig(config, text) }
}

/** The files of menuconfig as conf reads and writes them; the old .config becomes .config.old. */
export function menuFiles(io: ConfIo): MenuFiles {
  return {
    read: (file) => readSource(io, file),
    write(file, text) {
      try {
        if (io.readFile(file) !== undefined) io.rename(file, `${file}.old`)
        io.writeFile(`${file}.tmp`, text)
        io.rename(`${file}.tmp`, file)
        return undefined
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    },
  }
}
