import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('futexes with threads: waits, wakes, moves, limits', () =>
  runHostTests(new URL('./futex.test.c', import.meta.url), { config: { HAVE_THREADS: 1 } }))
