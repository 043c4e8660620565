import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'
import { stackOnHost } from '../../../../test/support/net/net-host.ts'

test('Ethernet, ARP, IPv4 and ICMP against a peer that the test plays', async () => {
  await runHostTests(new URL('./ipv4.test.c', import.meta.url), stackOnHost())
})
