import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('random bytes', () => runHostTests(new URL('./random.test.c', import.meta.url)))
