import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('multiboot structures', () => runHostTests(new URL('./multiboot.test.c', import.meta.url)))
