import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'
import { stackOnHost } from '../../../../test/support/net/net-host.ts'

test('the socket calls over the whole stack', async () => {
  await runHostTests(new URL('./sockets.test.c', import.meta.url), stackOnHost())
})
