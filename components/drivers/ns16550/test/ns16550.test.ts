import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'

test('the serial port', () =>
  runHostTests(new URL('./ns16550.test.c', import.meta.url), {
    config: { SYS_read: 1 },
    include: [new URL('../src', import.meta.url).pathname],
  }))
