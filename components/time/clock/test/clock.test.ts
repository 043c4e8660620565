import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('the clock learns its rate in passing', () =>
  runHostTests(new URL('./clock.test.c', import.meta.url)))
