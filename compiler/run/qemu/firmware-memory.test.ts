import { expect, it } from 'vitest'
import { memoryForFirmware } from './firmware-memory.ts'

const KiB = 1024

it.each([
  [1280, undefined],
  [1281, 1504],
  [1503, 1504],
  [1504, undefined],
  [65536, undefined],
])('with 32 KiB loaded at 1 MiB, %d KiB of memory', (memory, enough) =>
  expect(memoryForFirmware(memory * KiB, 1056 * KiB)).toBe(enough && enough * KiB),
)
