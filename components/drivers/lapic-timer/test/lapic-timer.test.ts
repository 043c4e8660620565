import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

const include = [new URL('../src', import.meta.url).pathname]
test('drivers/lapic-timer', () => runHostTests(new URL('./lapic-timer.test.c', import.meta.url), { include }))
