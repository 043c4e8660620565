import { expect, it } from 'vitest'
import { readRecording, recordingWriter } from './recording.ts'

const magic = 0x6d617a61

function file(...records: readonly (readonly [kind: number, node: number, value: bigint])[]): Uint8Array {
  const bytes = new Uint8Array(16 * records.length)
  const view = new DataView(bytes.buffer)
  records.forEach(([kind, node, value], index) => {
    view.setUint32(16 * index, kind, true)
    view.setUint32(16 * index + 4, node, true)
    view.setBigUint64(16 * index + 8, value, true)
  })
  return bytes
}

const whole = file(
  [magic, 1, 101n],
  [1, 0, 0x1000n],
  [1, 1, 0x2000n],
  [2, 2, 17n],
  [2, 2, 140n],
  [3, 0, 250n],
)

it('reads what the plugin writes', () => {
  expect(readRecording(whole)).toMatchObject({
    ok: true,
    value: {
      unit: 'instructions',
      every: 101,
      parents: [0, 1],
      addresses: [0x1000n, 0x2000n],
      samples: [2, 2],
      instructions: 250,
    },
  })
})

it('takes what is there of a file that ends early, wherever it ends', () => {
  for (let length = 16; length < whole.length; length++) {
    const read = readRecording(whole.subarray(0, length))
    expect(read).toMatchObject({ ok: true, value: { every: 101, instructions: undefined } })
  }
})

it.each([
  ['nothing', new Uint8Array()],
  ['something else', file([0x464c457f, 1, 0n])],
  ['another version', file([magic, 2, 101n])],
  ['a node without its parent', file([magic, 1, 101n], [1, 1, 0n])],
  ['a sample of no node', file([magic, 1, 101n], [2, 0, 0n])],
  ['an unknown record', file([magic, 1, 101n], [4, 0, 0n])],
])('refuses %s', (_, bytes) => {
  expect(readRecording(bytes)).toMatchObject({ ok: false, problems: [{ code: 'profile/bad-recording' }] })
})

it('gathers stacks', () => {
  const writer = recordingWriter()
  writer.add([1n, 2n])
  writer.add([1n, 3n])
  writer.add([])
  writer.add([1n, 2n])
  expect(writer.finish()).toMatchObject({
    unit: 'samples',
    every: 1,
    parents: [0, 1, 1],
    addresses: [1n, 2n, 3n],
    samples: [2, 3, 2],
  })
})
