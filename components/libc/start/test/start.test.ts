import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('arguments, environment and auxiliary vector', () =>
  runHostTests(new URL('./start.test.c', import.meta.url)))
