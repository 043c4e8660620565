import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('the kernel heap', () =>
  runHostTests(new URL('./heap.test.c', import.meta.url), { flags: ['-fno-sanitize=leak'] }))
