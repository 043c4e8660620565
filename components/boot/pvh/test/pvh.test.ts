import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('PVH structures', () => runHostTests(new URL('./pvh.test.c', import.meta.url)))
