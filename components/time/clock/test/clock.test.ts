import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

const source = new URL('./clock.test.c', import.meta.url)

test('the clock learns its rate in passing', () => runHostTests(source))
test('and with the arithmetic of i386', () => runHostTests(source, { flags: ['-U__SIZEOF_INT128__'] }))
