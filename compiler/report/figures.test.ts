import { expect, test } from 'vitest'
import { figuresOf } from './figures.ts'

test('each figure has its budget, other budgets are figures, and what was not counted is said', () => {
  const figures = figuresOf(
    {
      bytes: { value: 100 },
      requestInstructions: { value: 9, from: 'bench.json, abc' },
      syscalls: { value: 3 },
      components: { value: 4 },
    },
    [
      { name: 'imageBytes', limit: 99, actual: 100, ok: false },
      { name: 'bootInstructions', limit: 5, actual: null, ok: false },
      { name: 'syscalls', limit: ['read', 'write'], actual: ['read', 'write', 'open'], ok: false },
      { name: 'componentBytes:net/tcp', limit: 20, actual: 18, ok: true },
      { name: 'growthPercent', limit: 1, actual: 0.5, ok: true },
    ],
  )
  expect(figures).toEqual([
    { name: 'bytes', label: 'Image file', unit: 'bytes', value: 100, limit: 99, ok: false },
    {
      name: 'bootInstructions',
      label: 'Entry to main()',
      unit: 'instructions',
      value: null,
      limit: 5,
      ok: false,
    },
    {
      name: 'requestInstructions',
      label: 'One HTTP request',
      unit: 'instructions',
      value: 9,
      from: 'bench.json, abc',
    },
    { name: 'syscalls', label: 'System calls', unit: 'calls', value: 3, limit: 2, ok: false },
    { name: 'components', label: 'Components', unit: 'components', value: 4 },
    {
      name: 'componentBytes:net/tcp',
      label: 'Bytes of net/tcp',
      unit: 'bytes',
      value: 18,
      limit: 20,
      ok: true,
    },
    {
      name: 'growthPercent',
      label: 'Growth since bench.json',
      unit: 'percent',
      value: 0.5,
      limit: 1,
      ok: true,
    },
  ])
})
