import { describe, expect, it } from 'vitest'
import { namedFrames } from './symbol-table.ts'
import type { SymbolTable } from './symbol-table.ts'

const table: SymbolTable = {
  buildId: '0abc',
  names: ['main', 'app', 'main.c', 'helper'],
  functions: [0x1000, 0x20, 0, 1, 0x1020, 0x10, 3, -1],
  lines: [0x1000, 2, 5, 0x10, 2, 6, 0x10, -1, 0],
}

describe('the stack of a panic', () => {
  it('is named: the place itself first, then the calls that led there', () => {
    expect(namedFrames(table, '0ABC', [0x1000n, 0x1010n, 0x1020n, 0x1025n, 0x2000n])).toEqual([
      '0x1000 main at main.c:5 (app)',
      '0x1010 main+0x10 at main.c:5 (app)',
      '0x1020 main+0x20 at main.c:6 (app)',
      '0x1025 helper+0x5',
      '0x2000 not in the image',
    ])
  })

  it('stays numbers without the table of this very image', () => {
    expect(namedFrames(table, 'ffff', [0x1000n])).toEqual(['0x1000'])
    expect(namedFrames(undefined, '0abc', [0x1000n])).toEqual(['0x1000'])
  })
})
