import { test } from 'vitest'
import { fuzz } from '../../../../test/support/net/net-host.ts'

test(
  'nothing on the wire and no act of an app breaks the stack or leaves something behind',
  { timeout: 900_000 },
  async () => {
    await fuzz(new URL('./fuzz_stack.c', import.meta.url), 3000)
  },
)
