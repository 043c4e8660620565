import { expect, test } from 'vitest'
import { instructionKind, type CodeMap } from './code-map.ts'
import { followCalls } from './follow-calls.ts'

const { plain, call, return: back, interruptReturn } = instructionKind
/** Functions of ten bytes, every instruction one byte long; what is not named is plain. */
const names = ['main', 'wait', 'stubs', 'handler']
const kinds: Readonly<Record<number, number>> = {
  1: call,
  14: back,
  20: call,
  21: call,
  33: back,
  34: interruptReturn,
}
const map = {
  base: 0,
  functions: names.map((name, index) => ({ name, owner: 'core', start: index * 10 })),
  functionAt: Uint16Array.from({ length: 40 }, (_, at) => Math.floor(at / 10) + 1),
  kindAt: Uint8Array.from({ length: 40 }, (_, at) => (1 << 4) | (kinds[at] ?? plain)),
  readKind: () => plain,
  normalize: (address: number) => address,
} as unknown as CodeMap

test('an interrupt that comes as another ends is beside it, and what was interrupted goes on', () => {
  const calls = followCalls(map, [{ start: 20, stubBytes: 1, count: 2 }])
  const handled = [30, 31, 34]
  calls.follow(Uint32Array.of(0, 1, 10, 11, 20, ...handled, 21, ...handled, 12, 13, 14, 2, 3))
  const lines = (node: ReturnType<typeof calls.tree>, depth = 0): readonly string[] => [
    `${'  '.repeat(depth)}${node.name} ${node.calls} ${node.totalInstructions}`,
    ...node.children.flatMap((child) => lines(child, depth + 1)),
  ]
  expect(lines(calls.tree('all'))).toEqual([
    'all 1 17',
    '  main 1 17',
    '    wait 1 13',
    '      stubs 2 8',
    '        handler 2 6',
  ])
})
