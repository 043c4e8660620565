import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('system calls by number', () =>
  runHostTests(new URL('./dynamic.test.c', import.meta.url), { flags: ['-Wno-cast-function-type'] }))
