import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

const config = { HAVE_THREADS: 1 }

test('threads take turns, wait, are woken and end', () =>
  runHostTests(new URL('./threads.test.c', import.meta.url), { config }))
