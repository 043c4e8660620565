import { describe, expect, it } from 'vitest'
import { countSteps } from './steps.ts' // First: only what is compiled later is counted.
import { createConfig, parseKconfig, renderDotconfig } from '../../index.ts'

function work(text: string): () => void {
  return () => {
    const tree = parseKconfig({
      root: 'Kconfig',
      read: (file) => (file === 'Kconfig' ? text : undefined),
      shell: () => 'y',
    })
    expect(typeof renderDotconfig(createConfig(tree))).toBe('string')
  }
}

describe('text', () => {
  it.each([
    ['words', 'default y '],
    ['open references', '$('],
    ['closed references', '$(X)'],
    ['dollars', '$ $ '],
    ['strings', '"$(X" "'],
    ['parentheses', '('],
    ['negations', '!'],
    ['menus', 'menu "a"\n'],
    ['ifs', 'if A\n'],
    ['choices', 'choice\n'],
    ['conjunctions', 'config A\ndepends on A && '],
    ['doubling variables', 'X := $(X)$(X)a\n'],
    ['help', 'config A\nhelp\n  text\n'],
    ['assignments', 'X += $(X)\n'],
    ['selects', 'config A\nbool\nselect A\n'],
    ['escaped lines', '\\\n'],
  ])('is read in linear time however long it is: %s', (_, piece) => {
    const steps = countSteps(work(piece.repeat(2000)))
    expect(steps).toBeGreaterThan(100)
    expect(countSteps(work(piece.repeat(8000))) / steps).toBeLessThan(5)
    // What happens inside the engine is not counted: were that quadratic, this would meet the suite's time-out.
    work(piece.repeat(50_000))()
  })
})
