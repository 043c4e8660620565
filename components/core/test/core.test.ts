import { test } from 'vitest'
import { runHostTests } from '../../../test/support/host-c.ts'

test('az_format', () => runHostTests(new URL('./format.test.c', import.meta.url)))
test('the command line', () => runHostTests(new URL('./cmdline.test.c', import.meta.url)))
