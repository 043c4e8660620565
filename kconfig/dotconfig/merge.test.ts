import { expect, it } from 'vitest'
import { createConfig, mergeFragments, parseKconfig, renderDefconfig } from '../index.ts'

const KCONFIG = `config NET
	bool "Network"

config TCP
	bool "TCP"
	depends on NET

config NAME
	string "Name"

choice
	prompt "Speed"

config SLOW
	bool "Slow"

config FAST
	bool "Fast"

endchoice
`

it('lets later fragments win and says what did not stick', () => {
  const config = createConfig(parseKconfig({ root: 'Kconfig', read: () => KCONFIG }))
  const report = mergeFragments(config, [
    { name: 'base.config', text: 'CONFIG_TCP=y\nCONFIG_NAME="a"\nCONFIG_FAST=y\nwhat\n' },
    { name: 'mine.config', text: 'CONFIG_NAME="b"\nCONFIG_GONE=y\nCONFIG_SLOW=y\n' },
  ])
  expect(report.overrides).toEqual([
    {
      name: 'NAME',
      before: { fragment: 'base.config', line: 2, name: 'NAME', value: 'a' },
      after: { fragment: 'mine.config', line: 1, name: 'NAME', value: 'b' },
    },
  ])
  expect(
    report.notKept.map(({ wanted, actual }) => `${wanted.fragment}:${wanted.line} ${wanted.name} ${actual}`),
  ).toEqual(['base.config:1 TCP n', 'base.config:3 FAST n', 'mine.config:2 GONE undefined'])
  expect(report.notKept[0]?.why?.heldDownBy.map(({ expression }) => expression)).toEqual(['NET'])
  expect(report.notKept[0]?.why?.toEnable?.map(({ name, value }) => `${name}=${value}`)).toEqual(['NET=y'])
  expect(report.problems.map(({ fragment, line }) => `${fragment}:${line}`)).toEqual(['base.config:4'])
  expect(renderDefconfig(config)).toBe('CONFIG_NAME="b"\n')
})
