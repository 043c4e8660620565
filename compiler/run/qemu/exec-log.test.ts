import { expect, it } from 'vitest'
import { execLogReader } from './exec-log.ts'

const line = (address: string, how = 'ff020201'): string =>
  `Trace 0: 0x7f7d34000100 [0000000000000000/${address}/000000b0/${how}] some_function\n`

function read(text: string, pieceBytes: number): readonly number[] {
  const taken: number[] = []
  const reader = execLogReader(
    (addresses) => taken.push(...addresses),
    (address) => address === 0xf0,
  )
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += pieceBytes) reader.read(bytes.subarray(at, at + pieceBytes))
  reader.flush(true)
  return taken
}

it.each([1, 7, 4096])('reads addresses from pieces of %i bytes', (pieceBytes) => {
  const text = line('ffffffff80102340') + line('0000000000102341') + line('80102342')
  expect(read(text, pieceBytes)).toEqual([0x80102340, 0x102341, 0x80102342])
})

it('takes back what did not run to its end', () => {
  const stopped = 'Stopped execution of TB chain before 0x7f7d34262980 [0000000000000002] f\n'
  expect(read(line('01') + line('02') + stopped + line('03'), 64)).toEqual([1, 3])
  // 2 faults, the handler is at f0, and then 2 runs.
  expect(read(line('01') + line('02') + line('f0') + line('02'), 64)).toEqual([1, 0xf0, 2])
})

it('counts an access to a device once, and each iteration of a repeated instruction', () => {
  expect(read(line('01') + line('02') + line('02', 'ff030201') + line('03'), 64)).toEqual([1, 2, 3])
  expect(read(line('01') + line('02') + line('02') + line('03'), 64)).toEqual([1, 2, 2, 3])
})
