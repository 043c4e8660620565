import { test } from 'vitest'
import { fuzz } from '../../../../test/support/net/net-host.ts'

test(
  'no frame of Ethernet, ARP, IPv4, ICMP or UDP breaks the stack or leaves a buffer',
  { timeout: 900_000 },
  () => fuzz(new URL('./fuzz_ipv4.c', import.meta.url), 1500),
)
