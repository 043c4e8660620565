import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'
import { stackOnHost } from '../../../../test/support/net/net-host.ts'

test('UDP, fragments, ICMP errors', async () => {
  await runHostTests(new URL('./udp.test.c', import.meta.url), stackOnHost())
})
