import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

const config = Object.fromEntries(
  ['read', 'readv', 'write', 'writev', 'lseek'].map((name) => [`SYS_${name}`, 1]),
)

test('descriptors, open files, iovec arrays', () =>
  runHostTests(new URL('./files.test.c', import.meta.url), { config }))
