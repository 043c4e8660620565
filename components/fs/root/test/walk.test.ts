import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('names of several trees, the walk, links, listing', () =>
  runHostTests(new URL('./walk.test.c', import.meta.url)))
