import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test("regions of the app's memory and their system calls", () =>
  // The files component is weak in an image and always there in the test.
  runHostTests(new URL('./vm.test.c', import.meta.url), { flags: ['-Wno-address'] }))
