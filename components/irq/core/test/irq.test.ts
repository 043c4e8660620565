import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('interrupt controllers and shared lines', () => runHostTests(new URL('./irq.test.c', import.meta.url)))
