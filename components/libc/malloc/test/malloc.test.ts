import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('malloc and its family', () =>
  runHostTests(new URL('./malloc.test.c', import.meta.url), { flags: ['-fno-builtin'] }))
