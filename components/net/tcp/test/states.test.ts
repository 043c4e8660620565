import { test } from 'vitest'
import { runHostTests } from '../../../../test/support/host-c.ts'
import { stackOnHost } from '../../../../test/support/net/net-host.ts'

test('TCP segment by segment', async () => {
  await runHostTests(new URL('./states.test.c', import.meta.url), stackOnHost())
})
