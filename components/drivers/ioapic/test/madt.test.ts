import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('the MADT', () => runHostTests(new URL('./madt.test.c', import.meta.url)))
