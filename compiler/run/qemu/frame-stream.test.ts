import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { frameBatch, frameReader } from './frame-stream.ts'

it('brings frames through a stream, however it is cut', () => {
  const frames = fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 20 })
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 5000 })), (sent, cuts) => {
      const batch = frameBatch()
      sent.forEach(batch.add)
      const stream = batch.take()
      expect(batch.byteCount()).toBe(0)
      const received: Uint8Array[] = []
      const read = frameReader((frame) => received.push(frame.slice()))
      let at = 0
      for (const cut of [...cuts, stream.length]) {
        expect(read(stream.slice(at, at + cut))).toBe(true)
        at = Math.min(at + cut, stream.length)
      }
      expect(received).toEqual(sent)
    }),
  )
})

it('tells a stream of something else', () => {
  const read = frameReader(() => expect.unreachable())
  expect(read(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0))).toBe(false)
})
