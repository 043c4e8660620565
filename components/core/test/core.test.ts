import { test } from 'vitest'
import { runHostTests } from '../../../test/support/host-c.ts'

test('az_format', () => runHostTests(new URL('./format.test.c', import.meta.url)))
test('the last system calls', () =>
  runHostTests(new URL('./trace.test.c', import.meta.url), { config: { SYSCALL_TRACE_CALLS: 4 } }))
test('the command line', () => runHostTests(new URL('./cmdline.test.c', import.meta.url)))
