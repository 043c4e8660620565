import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createConfig,
  explain,
  loadDotconfig,
  parseKconfig,
  planToEnable,
  renderAutoConf,
  renderAutoconfHeader,
  renderDefconfig,
  renderDotconfig,
  setValue,
  symbolNamed,
  type Config,
  type Tree,
} from '../../index.ts'
import { hasCycle } from '../../lang/cycle.ts'
import { anyText, someConfig, soundTree } from './generators.ts'

function read(text: string): Tree {
  return parseKconfig({
    root: 'Kconfig',
    read: (file) => (file === 'Kconfig' ? text : undefined),
    shell: () => 'y',
  })
}

function loaded(kconfig: string, config: string): Config {
  const made = createConfig(read(kconfig))
  loadDotconfig(made, config)
  return made
}

describe('laws', () => {
  it('writing what was read changes nothing, and olddefconfig is idempotent', () => {
    fc.assert(
      fc.property(soundTree, someConfig, (kconfig, text) => {
        const first = renderDotconfig(loaded(kconfig, text))
        const second = renderDotconfig(loaded(kconfig, first))
        expect(second).toBe(first)
      }),
      { numRuns: 400 },
    )
  })

  it('a minimal configuration gives back the whole one', () => {
    fc.assert(
      fc.property(soundTree, someConfig, (kconfig, text) => {
        const whole = loaded(kconfig, renderDotconfig(loaded(kconfig, text)))
        const before = renderDotconfig(whole)
        expect(renderDotconfig(loaded(kconfig, renderDefconfig(whole)))).toBe(before)
      }),
      { numRuns: 300 },
    )
  })

  it('a tree has a loop whichever way it is searched', () => {
    const both = (tree: Tree): boolean[] => [hasCycle(tree), hasCycle(tree, 3), hasCycle(tree, 0)]
    const found = new Set<string>()
    fc.assert(
      fc.property(fc.oneof(soundTree, anyText), (kconfig) => {
        const answers = both(read(kconfig))
        expect(new Set(answers).size).toBe(1)
        found.add(String(answers[0]))
      }),
      { numRuns: 400 },
    )
    const loop = 'config A\n bool "a" if B\nconfig B\n bool "b"\n depends on C\nconfig C\n def_bool A\n'
    expect(both(read(loop))).toEqual([true, true, true])
    expect(found).toContain('false')
  })

  it('every value satisfies its own dependencies, unless selected', () => {
    fc.assert(
      fc.property(soundTree, someConfig, (kconfig, text) => {
        const config = loaded(kconfig, text)
        for (const symbol of config.tree.symbols) {
          if (symbol.kind !== 'symbol' || symbol.nodes.length === 0) continue
          const value = config.tristate(symbol)
          if (symbol.choice !== undefined) {
            expect(value === 0 || config.visibility(symbol) !== 0).toBe(true)
          } else if (value > config.selected(symbol)) {
            expect(value <= config.dependency(symbol)).toBe(true)
          }
          expect(value >= config.selected(symbol)).toBe(true)
        }
        for (const choice of config.tree.symbols.filter(({ kind }) => kind === 'choice')) {
          const on = choice.values.filter((value) => config.tristate(value) === 2)
          expect(on.length).toBe(config.tristate(choice) === 2 ? 1 : 0)
        }
      }),
      { numRuns: 400 },
    )
  })

  it('a plan to turn something on turns it on', () => {
    fc.assert(
      fc.property(soundTree, someConfig, fc.integer({ min: 0, max: 7 }), (kconfig, text, index) => {
        const config = loaded(kconfig, text)
        const symbol = symbolNamed(config.tree, `S${index}`)
        if (symbol === undefined || (symbol.type !== 'bool' && symbol.type !== 'tristate')) return
        const plan = planToEnable(config, symbol)
        if (plan === undefined) return
        for (const step of plan) {
          const target = symbolNamed(config.tree, step.name)
          expect(target && setValue(config, target, step.value)).toBe(true)
        }
        expect(config.tristate(symbol)).toBeGreaterThan(0)
      }),
      { numRuns: 300 },
    )
  })
})

describe('any text', () => {
  it('is read, evaluated, explained and written without throwing', () => {
    fc.assert(
      fc.property(anyText, fc.oneof(someConfig, anyText), (kconfig, text) => {
        const config = loaded(kconfig, text)
        for (const symbol of config.tree.symbols) explain(config, symbol)
        for (const render of [renderDotconfig, renderDefconfig, renderAutoConf, renderAutoconfHeader])
          expect(typeof render(config)).toBe('string')
      }),
      { numRuns: 1500 },
    )
  })

  it('follows a chain of dependencies that is longer than the stack', () => {
    const count = 20_000
    const lines = Array.from(
      { length: count },
      (_, i) =>
        `config S${i}\n\tbool "S${i}"\n\tdefault y\n${i === count - 1 ? '' : `\tdepends on S${i + 1}\n`}`,
    )
    const config = createConfig(read(lines.join('\n')))
    const first = symbolNamed(config.tree, 'S0')
    expect(first && config.value(first)).toBe('y')
    const last = symbolNamed(config.tree, `S${count - 1}`)
    expect(last && setValue(config, last, 'n')).toBe(true)
    expect(first && config.value(first)).toBe('n')
  })
})
