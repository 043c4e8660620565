import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

const include = [new URL('../src', import.meta.url).pathname]
test('drivers/i8259', () => runHostTests(new URL('./i8259.test.c', import.meta.url), { include }))
