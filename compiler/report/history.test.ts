import { expect, test } from 'vitest'
import { historyOf, parseHistory, savedFigures } from './history.ts'

const image = (arch: string, more: object = {}) => ({ name: 'hello', arch, bytes: 100, ...more })
const text = JSON.stringify({
  version: 1,
  runs: [
    {
      label: 'third',
      images: [image('x86_64', { bytes: 120, requestInstructions: 9, leastMemoryBytes: null })],
    },
    {
      label: 'second',
      images: [image('i386', { bootInstructions: 7 }), image('x86_64', { bootInstructions: 5 })],
    },
    { label: 'other', images: [{ name: 'another', arch: 'x86_64', bytes: 1 }, 'nonsense'] },
    { images: [image('x86_64', { bootInstructions: 6 })] },
  ],
})
const runs = parseHistory(text)!

test('figures across runs, oldest first, by flavour', () => {
  expect(historyOf('hello', runs)).toEqual([
    {
      arch: 'x86_64',
      labels: ['', 'second', 'third'],
      series: [
        { name: 'bytes', label: 'Image file', unit: 'bytes', values: [100, 100, 120] },
        { name: 'bootInstructions', label: 'Entry to main()', unit: 'instructions', values: [6, 5, null] },
        {
          name: 'requestInstructions',
          label: 'One HTTP request',
          unit: 'instructions',
          values: [null, null, 9],
        },
      ],
    },
    {
      arch: 'i386',
      labels: ['second'],
      series: [
        { name: 'bytes', label: 'Image file', unit: 'bytes', values: [100] },
        { name: 'bootInstructions', label: 'Entry to main()', unit: 'instructions', values: [7] },
      ],
    },
  ])
  expect(historyOf('nobody', runs)).toEqual([])
})

test('figures of a saved run count for a build of its very bytes, and only from the newest run', () => {
  expect(savedFigures(runs, { name: 'hello', arch: 'x86_64', bytes: 120 })?.label).toBe('third')
  expect(savedFigures(runs, { name: 'hello', arch: 'x86_64', bytes: 100 })).toBeUndefined()
  expect(savedFigures([], { name: 'hello', arch: 'x86_64', bytes: 100 })).toBeUndefined()
})

test('what azbuild bench --save does not write is told from it', () => {
  for (const wrong of [
    '',
    '{',
    '[]',
    'null',
    '{}',
    '{"runs":{}}',
    '{"runs":[1]}',
    '{"runs":[{"label":"a"}]}',
  ])
    expect(parseHistory(wrong), wrong).toBeUndefined()
  expect(parseHistory('{"version":9,"runs":[],"new":1}')).toEqual([])
})
