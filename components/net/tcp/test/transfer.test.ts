import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'
import { stackOnHost } from '../../../../test/support/net/net-host.ts'

test('TCP against itself over a bad wire', async () => {
  await runHostTests(new URL('./transfer.test.c', import.meta.url), stackOnHost())
})
