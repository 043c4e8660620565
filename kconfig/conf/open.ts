/** Opens a tree and its .config the way conf does, for fronts that show them. */
import { loadDotconfig, type LoadReport } from '../dotconfig/read.ts'
import { Config } from '../eval/config.ts'
import type { MenuFiles } from '../menu/session.ts'
import { parseKconfig } from '../lang/parser.ts'
import { configName, readSource } from './files.ts'
import type { ConfIo } from './io.ts'

export interface OpenedTree {
  readonly config: Config
  /** Where the configuration is kept. */
  readonly file: string
  /** What the .config said that could not be taken; undefined when there is no .config yet. */
  readonly report: LoadReport | undefined
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
