import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('mem* and str* at every length and alignment', () =>
  runHostTests(new URL('./string.test.c', import.meta.url)))
