import { describe, expect, it } from 'vitest'
import {
  createConfig,
  explain,
  loadDotconfig,
  parseKconfig,
  renderAutoConf,
  renderAutoconfHeader,
  renderDefconfig,
  renderDotconfig,
  setValue,
  symbolNamed,
  type Config,
  type KSymbol,
} from './index.ts'

const KCONFIG = `mainmenu "azbuild"

config DEMAND_SOCKETS
	bool
	default y

menu "Network"

config NET_TCP
	bool "TCP"
	default y if DEMAND_SOCKETS
	depends on NET_IPV4
	select NET_CHECKSUM

config NET_IPV4
	bool "IPv4"

config NET_CHECKSUM
	bool

config NET_BACKLOG
	int "Backlog"
	range 1 128
	default 16
	depends on NET_TCP

endmenu

config BOOT_ARGS
	string "Arguments"
	default "a \\"b\\""
`

function read(text: string): Config {
  return createConfig(
    parseKconfig({ root: 'Kconfig', read: (file) => (file === 'Kconfig' ? text : undefined) }),
  )
}

function named(config: Config, name: string): KSymbol {
  const symbol = symbolNamed(config.tree, name)
  if (symbol === undefined) throw new Error(`no ${name}`)
  return symbol
}

describe('a small tree', () => {
  it('reads, sets, and writes the files that Linux writes', () => {
    const config = read(KCONFIG)
    expect(config.tree.problems).toEqual([])
    expect(
      loadDotconfig(config, 'CONFIG_NET_IPV4=y\nCONFIG_NET_BACKLOG=64\nCONFIG_NET_TPC=y\n').problems,
    ).toEqual([{ kind: 'unknown-symbol', line: 3, name: 'NET_TPC', message: 'unknown symbol: NET_TPC' }])
    expect(renderDotconfig(config)).toBe(`#
# Automatically generated file; DO NOT EDIT.
# azbuild
#
CONFIG_DEMAND_SOCKETS=y

#
# Network
#
CONFIG_NET_TCP=y
CONFIG_NET_IPV4=y
CONFIG_NET_CHECKSUM=y
CONFIG_NET_BACKLOG=64
# end of Network

CONFIG_BOOT_ARGS="a \\"b\\""
`)
    expect(renderDefconfig(config)).toBe('CONFIG_NET_IPV4=y\nCONFIG_NET_BACKLOG=64\n')
    expect(renderAutoconfHeader(config)).toContain('#define CONFIG_BOOT_ARGS "a \\"b\\""\n')
    expect(renderAutoConf(config)).toContain('CONFIG_BOOT_ARGS=a "b"\n')
  })

  it('refuses what the tree does not allow', () => {
    const config = read(KCONFIG)
    expect(setValue(config, named(config, 'NET_TCP'), 'y')).toBe(false)
    expect(setValue(config, named(config, 'NET_IPV4'), 'y')).toBe(true)
    expect(config.value(named(config, 'NET_TCP'))).toBe('y')
    expect(setValue(config, named(config, 'NET_BACKLOG'), '129')).toBe(false)
    expect(setValue(config, named(config, 'NET_CHECKSUM'), 'n')).toBe(false)
  })

  it('explains', () => {
    const config = read(KCONFIG)
    expect(explain(config, named(config, 'NET_CHECKSUM'))).toEqual({
      name: 'NET_CHECKSUM',
      type: 'bool',
      value: 'n',
      definedAt: [{ file: 'Kconfig', line: 18 }],
      origin: { kind: 'nothing' },
      wanted: undefined,
      heldDownBy: [],
      heldUpBy: [],
      toEnable: [{ name: 'NET_IPV4', value: 'y', file: 'Kconfig', line: 15 }],
    })
    expect(explain(config, named(config, 'NET_TCP')).heldDownBy).toEqual([
      { expression: 'NET_IPV4', value: 'n', symbols: ['NET_IPV4'], from: 'symbol', file: 'Kconfig', line: 9 },
    ])
    setValue(config, named(config, 'NET_IPV4'), 'y')
    expect(explain(config, named(config, 'NET_TCP')).origin).toEqual({
      kind: 'default',
      at: { file: 'Kconfig', line: 11 },
      expression: 'y',
      condition: 'DEMAND_SOCKETS',
    })
    expect(explain(config, named(config, 'NET_CHECKSUM')).heldUpBy).toEqual([
      { name: 'NET_TCP', value: 'y', condition: undefined, file: 'Kconfig', line: 13 },
    ])
  })
})
