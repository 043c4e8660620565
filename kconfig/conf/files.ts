/** The files that conf reads and writes: .config, auto.conf and what goes with it. */
import { readLines } from '../dotconfig/read.ts'
import {
  renderAutoConf,
  renderAutoConfDependencies,
  renderAutoconfHeader,
  renderDotconfig,
  renderRustcCfg,
} from '../dotconfig/write.ts'
import type { Config } from '../eval/config.ts'
import { inHashOrder } from '../lang/order.ts'
import type { ConfIo } from './io.ts'

/** Reads a file here or, when its name is relative, below $srctree. */
export function readSource(io: ConfIo, file: string): string | undefined {
  const text = io.readFile(file)
  const { srctree } = io.env
  return (
    text ?? (file.startsWith('/') || srctree === undefined ? undefined : io.readFile(`${srctree}/${file}`))
  )
}

export const configName = (io: ConfIo): string => io.env['KCONFIG_CONFIG'] ?? '.config'

/** Makes the directory of a file. */
function makeParent(io: ConfIo, path: string): void {
  const slash = path.lastIndexOf('/')
  if (slash > 0 && !io.isDirectory(path.slice(0, slash))) io.makeDirectory(path.slice(0, slash))
}

/** Writes a file under another name first, so that nobody reads half of it. */
function replaceFile(io: ConfIo, path: string, text: string): void {
  makeParent(io, path)
  io.writeFile(`${path}.tmp`, text)
  io.rename(`${path}.tmp`, path)
}

/** Writes .config; the old one becomes .config.old. Returns what to tell the user, or undefined when it failed. */
export function writeDotconfig(config: Config, io: ConfIo): string | undefined {
  const name = configName(io)
  if (name === '') {
    io.err('config name is empty\n')
    return undefined
  }
  if (io.isDirectory(name)) {
    io.err(`${name}: Is a directory\n`)
    return undefined
  }
  try {
    const text = renderDotconfig(config)
    makeParent(io, name)
    if (io.env['KCONFIG_OVERWRITECONFIG']) {
      io.writeFile(name, text)
    } else {
      const old = io.readFile(name)
      if (old === text) return `No change to ${name}`
      if (old !== undefined) io.rename(name, `${name}.old`)
      replaceFile(io, name, text)
    }
  } catch {
    return undefined
  }
  return `configuration written to ${name}`
}

/** Writes auto.conf, autoconf.h, rustc_cfg and the files whose times tell make which symbols changed. */
export function writeAutoConf(config: Config, io: ConfIo, overwrite: boolean): boolean {
  const name = io.env['KCONFIG_AUTOCONFIG'] ?? 'include/config/auto.conf'
  if (!overwrite && io.exists(name)) return true
  try {
    replaceFile(io, `${name}.cmd`, renderAutoConfDependencies(config, name))
    touchChanged(config, io, name)
    replaceFile(
      io,
      io.env['KCONFIG_AUTOHEADER'] ?? 'include/generated/autoconf.h',
      renderAutoconfHeader(config),
    )
    replaceFile(io, io.env['KCONFIG_RUSTCCFG'] ?? 'include/generated/rustc_cfg', renderRustcCfg(config))
    // The last, because make takes it as the sign that all is there.
    replaceFile(io, name, renderAutoConf(config))
  } catch {
    return false
  }
  return true
}

function touchChanged(config: Config, io: ConfIo, name: string): void {
  const { tree } = config
  const prefix = name.slice(0, name.lastIndexOf('/') + 1)
  const old = new Map<string, string>()
  const text = readSource(io, name)
  if (text !== undefined) {
    readLines(text, tree.prefix, {
      assignment: (symbol, value) => void old.set(symbol, value),
      unexpected: () => undefined,
    })
    for (const symbol of old.keys()) if (!tree.byName.has(symbol)) io.touch(prefix + symbol)
    config.invalidate()
  }
  for (const symbol of inHashOrder(tree.symbols)) {
    if (symbol.kind !== 'symbol') continue
    const value = config.isWritten(symbol) ? config.value(symbol) : undefined
    const isBoolean = symbol.type === 'bool' || symbol.type === 'tristate'
    const before = old.get(symbol.name)
    // auto.conf has no line for what is n.
    const now = isBoolean && value === 'n' && before === undefined ? undefined : value
    if (now !== before) io.touch(prefix + symbol.name)
  }
}
