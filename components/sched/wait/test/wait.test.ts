import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('waiting, waking and timers', () => runHostTests(new URL('./wait.test.c', import.meta.url)))
