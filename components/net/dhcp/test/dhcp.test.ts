import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'
import { stackOnHost } from '../../../../test/support/net/net-host.ts'

test('the DHCP client against a server', async () => {
  await runHostTests(new URL('./dhcp.test.c', import.meta.url), stackOnHost())
})
