import { expect, test } from 'vitest'
import { sizeTable } from './size-table.ts'
import type { SizeReport } from './sizes.ts'

const symbol = (name: string, bytes: number) => ({ name, object: `${name}.o`, bytes })
const report: SizeReport = {
  bytes: 200,
  parts: [
    {
      owner: { kind: 'libc', name: 'libc' },
      bytes: 150,
      zeroBytes: 64,
      symbols: [symbol('printf_core', 100), symbol('vfprintf', 30), symbol('memchr', 12), symbol('write', 8)],
    },
    {
      owner: { kind: 'padding', name: 'padding' },
      bytes: 50,
      zeroBytes: 0,
      symbols: [symbol('padding', 50)],
    },
  ],
}

test('owners alone', () => {
  expect(sizeTable(report)).toEqual([
    { level: 'owner', name: 'libc', bytes: 150, percent: 75, zeroBytes: 64 },
    { level: 'owner', name: 'padding', bytes: 50, percent: 25, zeroBytes: 0 },
    { level: 'total', name: 'total', bytes: 200, percent: 100, zeroBytes: 64 },
  ])
})

test('with the largest symbols, and the rest in one row', () => {
  expect(sizeTable(report, 2).map((row) => [row.level, row.name, row.bytes])).toEqual([
    ['owner', 'libc', 150],
    ['symbol', 'printf_core', 100],
    ['symbol', 'vfprintf', 30],
    ['symbol', '2 more', 20],
    ['owner', 'padding', 50],
    ['symbol', 'padding', 50],
    ['total', 'total', 200],
  ])
})

test('an empty file has no percentages to divide by', () => {
  expect(sizeTable({ bytes: 0, parts: [] })).toEqual([
    { level: 'total', name: 'total', bytes: 0, percent: 0, zeroBytes: 0 },
  ])
})
