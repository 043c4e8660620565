import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test("the compiler's helpers against the host's", () =>
  runHostTests(new URL('./rt.test.c', import.meta.url), { flags: ['-lm', '-Wno-unused-function'] }))
