import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('the page allocator', () => runHostTests(new URL('./pages.test.c', import.meta.url)))
