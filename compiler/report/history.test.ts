import { expect, test } from 'vitest'
import type { BenchFile, MeasuredImage } from '../bench/index.ts'
import { historyOf, savedFigures } from './history.ts'

const image = (arch: MeasuredImage['arch'], more: Readonly<Record<string, unknown>> = {}): MeasuredImage => ({
  name: 'hello',
  arch,
  runner: arch === 'i386' ? 'v86' : 'qemu',
  bytes: 100,
  ...more,
})
const file: BenchFile = {
  version: 1,
  runs: [
    {
      label: 'third',
      images: [
        image('x86_64', {
          bytes: 120,
          requestInstructions: 9,
          leastMemoryBytes: null,
          syscallInstructions: { read: 7, write: null },
          symbols: { app: { main: 120 } },
        }),
      ],
    },
    {
      label: 'second',
      images: [image('i386', { bootInstructions: 7 }), image('x86_64', { bootInstructions: 5 })],
    },
    { label: 'other', images: [{ ...image('x86_64'), name: 'another' }] },
    {
      images: [
        image('x86_64', { bootInstructions: 6 }),
        image('i386', { runner: 'qemu', bootInstructions: 700 }),
      ],
    },
  ],
}

test('figures across runs, oldest first, by flavour; counts of another runner are left out', () => {
  expect(historyOf('hello', file.runs)).toEqual([
    {
      arch: 'x86_64',
      runner: 'qemu',
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
      runner: 'v86',
      labels: ['', 'second'],
      series: [
        { name: 'bytes', label: 'Image file', unit: 'bytes', values: [100, 100] },
        { name: 'bootInstructions', label: 'Entry to main()', unit: 'instructions', values: [null, 7] },
      ],
    },
  ])
  expect(historyOf('nobody', file.runs)).toEqual([])
})

test('saved figures count for the very same build, and only from the newest run', () => {
  const build = { name: 'hello', arch: 'x86_64', bytes: 120, symbols: { app: { main: 120 } } } as const
  expect(savedFigures(file, build)).toEqual({
    numbers: {
      bytes: { value: 120, from: 'bench.json, third' },
      requestInstructions: { value: 9, from: 'bench.json, third' },
    },
    syscallInstructions: { read: 7 },
  })
  const nothing = { numbers: {}, syscallInstructions: {} }
  expect(savedFigures(file, { ...build, bytes: 100 })).toEqual(nothing)
  expect(savedFigures(file, { ...build, symbols: { app: { main: 119, other: 1 } } })).toEqual(nothing)
  expect(savedFigures(undefined, build)).toEqual(nothing)
})
