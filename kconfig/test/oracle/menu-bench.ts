/**
 * Times keys in menuconfig on Linux 6.1 x86, from the key to the finished screen of 80x24: `menu-bench.ts [rounds]`.
 * Each is toggled on, drawn, toggled off and drawn again. A redraw is to stay under 50 ms; exits with 1 when a median does not.
 */
import { nodeIo } from '../../conf/node-io.ts'
import { openTree } from '../../conf/open.ts'
import { drawMenu, startMenu, symbolNamed, update, type MenuState } from '../../index.ts'
import { jumpTo } from '../../menu/update.ts'
import { kernelEnvironment, linuxTree, missingOracle } from './linux.ts'

const LIMIT_MS = 50
/** On these depend, in this order, the most symbols, many, and few. */
const TOGGLED = ['MODULES', 'NET', 'PCI', 'DEBUG_KERNEL']

const missing = missingOracle()
if (missing !== undefined) {
  console.error(missing)
  process.exit(1)
}
const rounds = Number(process.argv[2] ?? 25)
const tree = linuxTree()
process.chdir(tree)
Object.assign(process.env, kernelEnvironment(tree, 'x86'), { KCONFIG_CONFIG: '/nonexistent/.config' })
const { config } = openTree('Kconfig', nodeIo('menuconfig'))

let state: MenuState = startMenu({ config })
function timeKeyMs(key: string): number {
  const start = performance.now()
  state = update(state, { kind: 'key', key })
  drawMenu(state)
  return performance.now() - start
}

const { symbols } = config.tree
console.log(`${symbols.filter(({ nodes }) => nodes.length > 0).length} symbols with entries`)
for (const name of TOGGLED) {
  const symbol = symbolNamed(config.tree, name)
  const [node] = symbol?.nodes ?? []
  if (symbol === undefined || node === undefined) throw new Error(`no ${name} in the tree`)
  state = jumpTo(state, node)
  const before = state.config.value(symbol)
  const times: number[] = []
  for (let i = 0; i < rounds; i++) {
    times.push(timeKeyMs('space'))
    if (state.config.value(symbol) === before) throw new Error(`${name} did not change`)
    times.push(timeKeyMs('space'))
  }
  times.sort((a, b) => a - b)
  const median = times[times.length >> 1] ?? 0
  console.log(`${name}: median ${median.toFixed(1)} ms, worst ${times.at(-1)?.toFixed(1)} ms`)
  if (median >= LIMIT_MS) process.exitCode = 1
}
