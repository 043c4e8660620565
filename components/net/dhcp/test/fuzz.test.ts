import { test } from 'vitest'
import { fuzz } from '../../../../test/support/net/net-host.ts'

test('no DHCP message is read beyond its end', { timeout: 900_000 }, async () => {
  await fuzz(new URL('./fuzz_dhcp.c', import.meta.url), 20_000)
})
