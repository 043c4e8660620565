import * as fs from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { parseImageExtent } from './image-file.ts'
import { buildGuest, removeGuestsAfterTests } from './testing/guest.ts'

removeGuestsAfterTests()

it.each(['i386', 'x86_64'] as const)('finds the end of an image for %s', (arch) => {
  const extent = parseImageExtent(fs.readFileSync(buildGuest('exit', arch)))
  expect(extent?.arch).toBe(arch)
  expect(extent!.endAddress).toBeGreaterThan(0x101000) // 1 MiB, text, and a stack of 4 KiB in .bss
  expect(extent!.endAddress).toBeLessThan(0x102000)
})

it('takes any bytes, and a real image cut or damaged anywhere', () => {
  const image = fs.readFileSync(buildGuest('exit', 'i386')).subarray(0, 200)
  const damaged = fc.tuple(fc.nat(200), fc.nat(199), fc.nat(255)).map(([length, at, value]) => {
    const bytes = Uint8Array.from(image)
    bytes[at] = value
    return bytes.subarray(0, length)
  })
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), damaged), (bytes) => {
      const extent = parseImageExtent(bytes)
      expect(extent === undefined || extent.endAddress >= 0).toBe(true)
    }),
    { numRuns: 1000 },
  )
})
