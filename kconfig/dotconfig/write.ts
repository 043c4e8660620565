/** Writes .config, defconfig, auto.conf, autoconf.h and rustc_cfg, byte for byte as Linux 6.1 does. */
import type { Config } from '../eval/config.ts'
import { defaultValue } from '../eval/defaults.ts'
import type { KSymbol, MenuNode } from '../lang/model.ts'
import { mainMenuTitle, NO, YES } from '../lang/model.ts'
import { inHashOrder } from '../lang/order.ts'

const HEADING = 'Automatically generated file; DO NOT EDIT.'

/** The whole configuration with its menus as comments. */
export function renderDotconfig(config: Config): string {
  const { tree } = config
  const { nodes } = tree
  const written = new Uint8Array(tree.symbols.length)
  const openMenus: MenuNode[] = []
  let text = `#\n# ${HEADING}\n# ${mainMenuTitle(tree)}\n#\n`
  let gap = false
  const closeUpTo = (id: number): void => {
    for (let menu = openMenus.at(-1); menu !== undefined && menu.end <= id; menu = openMenus.at(-1)) {
      openMenus.pop()
      if (!isVisibleBlock(config, menu)) continue
      text += `# end of ${menu.prompt?.text ?? ''}\n`
      gap = true
    }
  }
  for (let id = 1; id < nodes.length; id++) {
    const node = nodes[id]
    if (node === undefined) break
    closeUpTo(id)
    const { symbol } = node
    if (symbol === undefined) {
      if (node.kind === 'menu') openMenus.push(node)
      if (!isVisibleBlock(config, node)) continue
      text += `\n#\n# ${node.prompt?.text ?? ''}\n#\n`
      gap = false
    } else if (node.kind === 'symbol' && written[symbol.id] === 0 && config.isWritten(symbol)) {
      written[symbol.id] = 1
      if (gap) text += '\n'
      gap = false
      text += assignment(config, symbol, 'unset')
    }
  }
  closeUpTo(nodes.length)
  return text
}

/** A menu or comment that can be seen. */
function isVisibleBlock(config: Config, node: MenuNode): boolean {
  if (node.prompt === undefined) return false
  if (node.visibleIf !== undefined && config.evaluate(node.visibleIf) === NO) return false
  return config.propertyCondition(node.prompt) !== NO
}

/** Only what differs from the defaults: `loadDotconfig` of it gives the same configuration. */
export function renderDefconfig(config: Config): string {
  config.invalidate()
  const seen = new Uint8Array(config.tree.symbols.length)
  let text = ''
  for (const { kind, symbol } of config.tree.nodes) {
    if (symbol === undefined || kind !== 'symbol' || seen[symbol.id] === 1 || !config.isWritten(symbol))
      continue
    seen[symbol.id] = 1
    if (!config.isChangeable(symbol) || config.value(symbol) === defaultValue(config, symbol)) continue
    const { choice } = symbol
    const isDefaultChoice =
      choice !== undefined && !choice.optional && config.choiceDefault(choice) === symbol
    if (isDefaultChoice && symbol.type === 'bool' && config.tristate(symbol) === YES) continue
    text += assignment(config, symbol, 'unset')
  }
  return text
}

/** For make: what is on, and all texts and numbers. Strings are not escaped. */
export function renderAutoConf(config: Config): string {
  return (
    `#\n# ${HEADING}\n# ${mainMenuTitle(config.tree)}\n#\n` +
    writtenSymbols(config)
      .map((symbol) => assignment(config, symbol, 'none', false))
      .join('')
  )
}

/** For C: `#define CONFIG_NAME 1`, `CONFIG_NAME_MODULE 1`, texts and numbers. */
export function renderAutoconfHeader(config: Config): string {
  return (
    `/*\n * ${HEADING}\n * ${mainMenuTitle(config.tree)}\n */\n` +
    writtenSymbols(config)
      .map((symbol) => define(config, symbol))
      .join('')
  )
}

/** For rustc: `--cfg` arguments, one a line. */
export function renderRustcCfg(config: Config): string {
  return writtenSymbols(config)
    .map((symbol) => {
      const name = `--cfg=${config.tree.prefix}${symbol.name}`
      const value = config.value(symbol)
      if (symbol.type !== 'bool' && symbol.type !== 'tristate')
        return `${name}=${quote(symbol.type === 'hex' ? withHexPrefix(value) : value)}\n`
      return value === 'n' ? '' : `${name}\n${name}=${quote(value)}\n`
    })
    .join('')
}

/** What makes auto.conf out of date: the files read and the environment seen. */
export function renderAutoConfDependencies(config: Config, autoConf: string): string {
  const { files, environment } = config.tree
  const makefile = [...files].reverse().map((file) => `\t${file} \\\n`)
  const variables = [...environment].map(
    ([name, value]) => `ifneq "$(${name})" "${value}"\n${autoConf}: FORCE\nendif\n`,
  )
  return (
    `deps_config := \\\n${makefile.join('')}\n${autoConf}: $(deps_config)\n\n` +
    `${variables.join('')}\n$(deps_config): ;\n`
  )
}

/** One line as listnewconfig prints it, n written out. */
export function renderAssignment(config: Config, symbol: KSymbol): string {
  return assignment(config, symbol, 'n')
}

function writtenSymbols(config: Config): KSymbol[] {
  for (const symbol of config.tree.symbols) config.tristate(symbol)
  return inHashOrder(config.tree.symbols).filter((symbol) => symbol.name !== '' && config.isWritten(symbol))
}

/** `no`: how an n is written: `# NAME is not set`, nothing, or `NAME=n`. */
function assignment(config: Config, symbol: KSymbol, no: 'unset' | 'none' | 'n', escape = true): string {
  const { prefix } = config.tree
  if (symbol.type === 'unknown') return ''
  const value = config.value(symbol)
  if (no !== 'n' && value === 'n' && (symbol.type === 'bool' || symbol.type === 'tristate'))
    return no === 'unset' ? `# ${prefix}${symbol.name} is not set\n` : ''
  return `${prefix}${symbol.name}=${symbol.type === 'string' && escape ? quote(value) : value}\n`
}

function define(config: Config, symbol: KSymbol): string {
  const name = `#define ${config.tree.prefix}${symbol.name}`
  const value = config.value(symbol)
  switch (symbol.type) {
    case 'unknown':
      return ''
    case 'bool':
    case 'tristate':
      return value === 'n' ? '' : `${name}${value === 'm' ? '_MODULE' : ''} 1\n`
    case 'hex':
      return `${name} ${withHexPrefix(value)}\n`
    case 'string':
      return `${name} ${quote(value)}\n`
    case 'int':
      return `${name} ${value}\n`
  }
}

const withHexPrefix = (value: string): string => (/^0[xX]/.test(value) ? value : `0x${value}`)

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`
}
